import Foundation
import SyncClient
import SyncCore
import SyncWire
import Testing

@Suite("Enrolment: a code makes a key one of an organisation's")
struct EnrolmentTests {
    static let authority = Result { try TLSAuthority.create(organisation: "Acme") }
    let pem: String
    let code: EnrolmentCode
    let root = SigningKey(seed: [UInt8](repeating: 1, count: 32))
    let key = SigningKey(seed: [UInt8](repeating: 2, count: 32))

    init() throws {
        pem = try Self.authority.get().certificatePEM
        code = EnrolmentCode(
            secret: [1, 2, 3, 4, 5, 6, 7, 8], fingerprint: try TLSAuthority.fingerprint(certificatePEM: pem))
    }

    private func enroll(
        _ text: String? = nil, tlsRequest: String? = nil, node: ScriptedNode
    ) throws -> EnrolmentResult {
        try Enrolment.enroll(
            url: "https://node/", code: text ?? code.text, name: "tablet", key: key, version: "1.0.0",
            tlsRequest: tlsRequest
        ) { configuration in
            node.configurations.append(configuration)
            return node
        }
    }

    /// A node that certifies `certified`.
    private func node(certifying certified: PublicKey? = nil, pem: String? = nil, signedBy signer: SigningKey? = nil)
        -> ScriptedNode
    {
        let hq = Identity(
            kind: .hq, key: root.publicKey, subject: RecordID(high: 1, low: 1), name: "Acme", code: "HQ00", issuedAt: 1,
            expiresAt: 2)
        let device = Identity(
            kind: .device, key: certified ?? key.publicKey, subject: RecordID(high: 1, low: 2),
            user: RecordID(high: 1, low: 3), branch: RecordID(high: 1, low: 1), name: "tablet", code: "A1", issuedAt: 1,
            expiresAt: 2)
        var answer = WireEnrollResponse()
        answer.chain = [Certificate.issue(device, by: signer ?? root), Certificate.issue(hq, by: root)]
        answer.organisation = "Acme"
        answer.login = "wang"
        answer.roles = ["technician"]
        answer.branchCode = "HQ00"
        answer.deviceCode = "A1"
        answer.homeScope = "branch/x"
        answer.tlsCertificate = "tls"
        return ScriptedNode(pem: pem ?? self.pem, answer: answer)
    }

    @Test("The node that the code was given out with certifies the key, and its chain is verified")
    func good() throws {
        let node = node()
        let result = try enroll("  " + code.text.lowercased(), tlsRequest: "csr", node: node)
        #expect(result.identity.user == RecordID(high: 1, low: 3))
        #expect((result.root, result.chain.count, result.authorityPEM) == (Roots(root.publicKey), 2, pem))
        #expect((result.organisation, result.login, result.roles) == ("Acme", "wang", ["technician"]))
        #expect((result.branchCode, result.deviceCode, result.homeScope) == ("HQ00", "A1", "branch/x"))
        #expect(result.tlsCertificate == "tls")
        let asked = try #require(node.asked)
        #expect(([UInt8](asked.secret), asked.name, asked.version) == (code.secret, "tablet", "1.0.0"))
        #expect(asked.tlsRequest == "csr")
        #expect(key.publicKey.verifies([UInt8](asked.proof), of: code.secret, for: .enroll))
    }

    @Test("Only the fetch of the authority goes unverified; then that authority alone is trusted, and left nowhere")
    func trust() throws {
        let node = node()
        _ = try enroll(node: node)
        #expect(node.configurations.map(\.verification).first == HTTPConfiguration.Verification.none)
        guard case .authority(let file)? = node.configurations.last?.verification else {
            Issue.record("the node was asked without an authority")
            return
        }
        #expect(node.trusted == pem)
        #expect(!FileManager.default.fileExists(atPath: file))
    }

    @Test("A mistyped code is told before anybody is asked")
    func mistyped() throws {
        let node = node()
        let failure = try #require(throws: ExchangeFailure.self) { try enroll("ABCD", node: node) }
        #expect((failure.code, failure.exit) == ("bad_code", 2))
        #expect(node.configurations.isEmpty)
    }

    @Test("A node of another organisation is not told the secret")
    func otherOrganisation() throws {
        let node = node(pem: try TLSAuthority.create(organisation: "Other").certificatePEM)
        let failure = try #require(throws: ExchangeFailure.self) { try enroll(node: node) }
        #expect((failure.code, failure.exit) == ("untrusted", 14))
        #expect(node.asked == nil)
    }

    @Test("What is no certificate is no authority")
    func noAuthority() throws {
        let node = node(pem: "<html>")
        #expect(throws: ExchangeFailure.garbage("no certificate authority")) { try enroll(node: node) }
    }

    @Test("A certificate for another key, or by a stranger, is not taken")
    func wrongCertificate() throws {
        let stranger = SigningKey(seed: [UInt8](repeating: 3, count: 32))
        for node in [node(certifying: stranger.publicKey), node(signedBy: stranger)] {
            let failure = try #require(throws: ExchangeFailure.self) { try enroll(node: node) }
            #expect(failure.exit == 14)
        }
    }

    @Test("A used code is told as such")
    func used() throws {
        let node = node()
        node.refusal = Problem(.codeUsed)
        let failure = try #require(throws: ExchangeFailure.self) { try enroll(node: node) }
        #expect((failure.code, failure.exit) == ("code_used", 11))
    }
}

/// A node that only enrols.
private final class ScriptedNode: Transport {
    let pem: String
    let answer: WireEnrollResponse
    var refusal: Problem?
    var configurations: [HTTPConfiguration] = []
    private(set) var asked: WireEnrollRequest?
    /// What the file of the trusted authority held when the node was asked.
    private(set) var trusted: String?

    init(pem: String, answer: WireEnrollResponse) {
        self.pem = pem
        self.answer = answer
    }

    func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
        if request.url == "https://node/v1/authority" {
            return HTTPResponse(status: 200, headers: [:], body: Array(pem.utf8))
        }
        if let refusal { return HTTPResponse(status: refusal.status, headers: [:], body: refusal.json) }
        do {
            asked = try WireEnrollRequest(bounded: Frame.decode(request.body ?? [], limit: 10_000))
        } catch {
            throw .failed("\(error)")
        }
        if case .authority(let file)? = configurations.last?.verification {
            trusted = try? String(contentsOfFile: file, encoding: .utf8)
        }
        return ExchangeNode.good(Frame.encode(answer.encoded))
    }
}
