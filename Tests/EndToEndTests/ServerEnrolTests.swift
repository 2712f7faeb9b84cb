import FieldModel
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
            try order(.suspend, id, trial)
            #expect(try await trial.post("/v1/pull", WirePullRequest(), token: token).code == "suspended")
            try order(.resume, id, trial)
            #expect(try await trial.post("/v1/push", WirePushRequest(), token: token).status == 200)
            try order(.revoke, id, trial)
            for path in ["/v1/pull", "/v1/push", "/v1/reconcile"] {
                #expect(try await trial.post(path, WirePullRequest(), token: token).code == "revoked")
            }
            #expect(try await trial.post("/v1/session", trial.proof(chain, key)).code == "revoked")
            #expect(try await trial.post("/v1/renew", trial.proof(chain, key)).code == "revoked")
        }
    }

    private func order(_ kind: DeviceOrderKind, _ id: RecordID, _ trial: ServerTrial) throws {
        try trial.node.store.write {
            _ = try DeviceOrders(trial.node.identity).give(DeviceOrderDraft(device: id, kind: kind), $0)
        }
    }

    @Test("Of two hundred who show one code at the same time one is enrolled, and no other gets anything")
    func crowd() async throws {
        try await ServerTrial.run { trial in
            let code = try trial.invitation()
            let answers = try await withThrowingTaskGroup(of: (SigningKey, ServerTrial.Answer).self) { group in
                for number in 0..<200 {
                    let key = SigningKey(seed: [UInt8](repeating: 9, count: 31) + [UInt8(number)])
                    group.addTask { (key, try await trial.enroll(code, key)) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let good = answers.filter { $0.1.status == 200 }
            #expect(good.count == 1)
            #expect(answers.count { $0.1.code == "code_used" } == 199)
            let devices = try trial.node.store.read { (try $0.devices(), try $0.deviceRecords()) }
            #expect(devices.0.map(\.key) == good.map(\.0.publicKey.bytes) && devices.1.count == 1)
            let again = try await trial.enroll(code, #require(good.first).0)
            #expect(again.status == 200)
        }
    }

    @Test("Who is to leave may send and nothing else; whose key is known to others may too", arguments: [true, false])
    func leaving(isCompromised: Bool) async throws {
        try await ServerTrial.run { trial in
            let token = try await trial.token(trial.enrolled(key), key)
            try order(isCompromised ? .compromise : .handover, try trial.id(of: key), trial)
            #expect(try await trial.post("/v1/push", WirePushRequest(), token: token).status == 200)
            let refused = try await trial.post("/v1/pull", WirePullRequest(), token: token).code
            #expect(refused == (isCompromised ? "revoked" : "handed_over"))
            #expect(try await trial.post("/v1/reconcile", WireReconcileRequest(), token: token).status == 403)
        }
    }

    @Test("A wipe lets a device send first, unless it says otherwise", arguments: [true, false])
    func wiping(keepsWork: Bool) async throws {
        try await ServerTrial.run { trial in
            let token = try await trial.token(trial.enrolled(key), key)
            var draft = DeviceOrderDraft(device: try trial.id(of: key), kind: .wipe)
            draft.keepsWork = keepsWork
            let order = draft
            try trial.node.store.write { _ = try DeviceOrders(trial.node.identity).give(order, $0) }
            let push = try await trial.post("/v1/push", WirePushRequest(), token: token)
            #expect(keepsWork ? push.status == 200 : push.code == "wiped")
            #expect(try await trial.post("/v1/pull", WirePullRequest(), token: token).code == "wiped")
        }
    }

    @Test("A pull that waits ends when its device is refused")
    func waitingPull() async throws {
        try await ServerTrial.run { trial in
            let token = try await trial.token(trial.enrolled(key), key)
            let page = try await trial.post("/v1/pull", WirePullRequest(), token: token).message(WirePullResponse.self)
            var request = WirePullRequest()
            request.checkpoint = page.checkpoint
            request.wait = 50
            let asked = request
            async let answer = trial.post("/v1/pull", asked, token: token)
            let id = try trial.id(of: key)
            let waits = try await comesTrue(within: 10) {
                let metrics = try await trial.send("GET", "/metrics")
                return String(decoding: metrics.body, as: UTF8.self).contains("fieldsync_waiting_pulls 1")
            }
            #expect(waits)
            let began = ContinuousClock.now
            try order(.revoke, id, trial)
            #expect(try await answer.code == "revoked")
            #expect(ContinuousClock.now - began < .seconds(25))
        }
    }
}
