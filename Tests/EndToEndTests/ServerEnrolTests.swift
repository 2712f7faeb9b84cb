import Foundation
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire
import Testing

@Suite("Enrolment and sessions at a node")
struct ServerEnrolTests {
    private let key = ServerTrial.key(1)
    private let otherKey = ServerTrial.key(2)

    @Test("A code enrols one key; the same key may ask again, another may not")
    func oneKey() async throws {
        try await ServerTrial.run { trial in
            let code = try trial.invitation()
            let first = try await trial.enroll(code, key).message(WireEnrollResponse.self)
            #expect(first.login == "mei" && first.deviceCode == "A1" && first.branchCode == "HQ00")
            let again = try await trial.enroll(code, key).message(WireEnrollResponse.self)
            #expect(again.deviceCode == "A1")
            let other = try await trial.enroll(code, otherKey)
            #expect(other.status == 409 && other.code == "code_used")
            #expect(try trial.node.store.read { try $0.devices().count } == 1)
        }
    }

    @Test("A wrong proof enrols nothing and does not use the code up; an unknown code is refused")
    func refused() async throws {
        try await ServerTrial.run { trial in
            let code = try trial.invitation()
            let forged = try await trial.enroll(code, key, proof: otherKey.sign(code.secret, for: .enroll))
            #expect(forged.code == "signature_mismatch")
            let misused = try await trial.enroll(code, key, proof: key.sign(code.secret, for: .session))
            #expect(misused.code == "signature_mismatch")
            let unknown = EnrolmentCode(secret: [UInt8](repeating: 0, count: 8), fingerprint: code.fingerprint)
            #expect(try await trial.enroll(unknown, key).code == "code_unknown")
            #expect(try await trial.enroll(code, key).status == 200)
        }
    }

    @Test("A session needs the key of the certificate, an own nonce, and a chain of this organisation")
    func sessions() async throws {
        try await ServerTrial.run { trial in
            let chain = try await trial.enrolled(key)
            let good = try await trial.proof(chain, key)
            var forged = good
            forged.signature = Data(otherKey.sign([UInt8](good.nonce), for: .session))
            #expect(try await trial.post("/v1/session", forged).code == "signature_mismatch")
            #expect(try await trial.post("/v1/session", good).status == 200)
            #expect(try await trial.post("/v1/session", good).code == "unauthenticated")
            var foreign = WireSessionRequest()
            foreign.chain = [Certificate.issue(trial.node.identity.own, by: otherKey)]
            #expect(try await trial.post("/v1/session", foreign).status == 403)
            foreign.chain = []
            #expect(try await trial.post("/v1/session", foreign).code == "untrusted")
        }
    }

    @Test("An expired certificate opens no session, and is renewed with a new code")
    func renewal() async throws {
        try await ServerTrial.run { trial in
            let chain = try await trial.enrolled(key)
            let expired = try self.expired(chain, trial)
            #expect(try await trial.post("/v1/session", trial.proof(expired, key)).code == "certificate_expired")
            let renewed = try await trial.post("/v1/renew", trial.proof(expired, key)).message(WireEnrollResponse.self)
            #expect(renewed.deviceCode == "A2")
            #expect(try await !trial.token(renewed.chain, key).isEmpty)
        }
    }

    private func expired(_ chain: [WireSignedCertificate], _ trial: ServerTrial) throws -> [WireSignedCertificate] {
        let root = trial.node.identity.root
        let identity = try CertificateChain.verify(chain, root: root, expiry: .ignored)
        let old = Identity(
            kind: .device, key: identity.key, subject: identity.subject, user: identity.user, branch: identity.branch,
            name: identity.name, code: identity.code, issuedAt: 0, expiresAt: 1)
        return [Certificate.issue(old, by: trial.node.identity.key)] + chain.dropFirst()
    }

    @Test("Whether a device stands is asked at every request, not at its session's beginning")
    func standing() async throws {
        try await ServerTrial.run { trial in
            let chain = try await trial.enrolled(key)
            let token = try await trial.token(chain, key)
            let id = try trial.id(of: key)
            #expect(try await trial.post("/v1/pull", WirePullRequest(), token: token).status == 200)
            try set(.suspended, id, trial)
            #expect(try await trial.post("/v1/pull", WirePullRequest(), token: token).code == "suspended")
            try set(.active, id, trial)
            #expect(try await trial.post("/v1/push", WirePushRequest(), token: token).status == 200)
            try set(.revoked, id, trial)
            for path in ["/v1/pull", "/v1/push", "/v1/reconcile"] {
                #expect(try await trial.post(path, WirePullRequest(), token: token).code == "revoked")
            }
            #expect(try await trial.post("/v1/session", trial.proof(chain, key)).code == "revoked")
            #expect(try await trial.post("/v1/renew", trial.proof(chain, key)).code == "revoked")
        }
    }

    private func set(_ state: RegisteredDevice.State, _ id: RecordID, _ trial: ServerTrial) throws {
        #expect(try trial.node.store.write { try $0.setState(state, ofDevice: id) })
    }
}
