import FieldModel
import Foundation
import Logging
import SyncClient
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire

/// HQ, served over TLS in this process, and requests to it as their bytes.
final class ServerTrial: Sendable {
    struct Answer: Sendable {
        let status: Int
        let body: [UInt8]
        let code: String?
        let headers: [String: String]

        func message<Message: BoundedMessage>(_ type: Message.Type) throws -> Message {
            try Message(bounded: Frame.decode(body, limit: Limits.responseBodyDecompressedBytesMax))
        }
    }

    let node: Node
    let person: RecordID
    private let directory: ServerDirectory
    private let threads = WorkerPool(threads: 32, queuedMax: 1_000)
    let url: String
    private let server: Task<Void, any Error>

    private init(
        directory: ServerDirectory, node: Node, person: RecordID, url: String, server: Task<Void, any Error>
    ) {
        self.directory = directory
        self.node = node
        self.person = person
        self.url = url
        self.server = server
    }

    /// Runs a test against a new HQ with one person, who is a technician and in its office.
    static func run(
        _ limits: ServingLimits = ServingLimits(), plainHTTP: Bool = false,
        _ body: @Sendable (ServerTrial) async throws -> Void
    ) async throws {
        let trial = try await start(limits, plainHTTP: plainHTTP)
        do { try await body(trial) } catch {
            try await trial.stop()
            throw error
        }
        try await trial.stop()
    }

    private static func start(_ limits: ServingLimits, plainHTTP: Bool) async throws -> ServerTrial {
        let directory = try ServerDirectory()
        let files = NodeDirectory(directory.file("hq"))
        let setup = try NodeSetup(files, environment: .system)
        _ = try setup.createHeadquarters(organisation: "Ironbark", hosts: [])
        let node = try Node.open(files, environment: .system, readers: 2)
        let draft = PersonDraft(
            login: "mei", name: "Mei", roles: [.technician, .serviceRep], branch: node.identity.record)
        let person = try node.store.write { try $0.add(draft, author: node.identity.record) }
        guard let person else { throw NodeFailure.missing(path: files.path) }
        let (url, task) = try await serve(node, limits, plainHTTP: plainHTTP)
        return ServerTrial(directory: directory, node: node, person: person, url: url, server: task)
    }

    /// Serves a node in this process until the task is cancelled.
    static func serve(
        _ node: Node, _ limits: ServingLimits, plainHTTP: Bool
    ) async throws -> (url: String, Task<Void, any Error>) {
        let quiet = Logger(label: "trial") { _ in SwiftLogNoOpLogHandler() }
        var configuration = try NodeServerConfiguration(
            host: "127.0.0.1", port: 0, plainHTTP: plainHTTP, logger: quiet)
        configuration.limits = limits
        let server = NodeServer(node, configuration: configuration) { request in
            ControlResponse(exit: 0, stdout: Data(request.argv.joined(separator: " ").utf8), stderr: Data())
        }
        let (urls, listening) = AsyncStream<String>.makeStream()
        let task = Task {
            try await server.run(onListening: { listening.yield($0) }, onDrain: {}, onFatal: { _ in })
            listening.finish()
        }
        guard let url = await urls.first(where: { _ in true }) else { throw ServingFailure.cannotListen("127.0.0.1") }
        return (url, task)
    }

    private func stop() async throws {
        server.cancel()
        _ = await server.result
        threads.close()
    }

    /// Sends bytes on a thread that may block.
    func send(
        _ method: String, _ path: String, body: [UInt8]? = nil, token: String? = nil, unixSocket: String? = nil,
        headers: [(String, String)] = []
    ) async throws -> Answer {
        var request = HTTPRequest(method: method, url: url + path, body: body, timeoutSeconds: 30)
        if unixSocket != nil { request.url = "http://localhost" + path }
        request.headers = headers
        if let token { request.headers.append(("Authorization", "Bearer \(token)")) }
        var configuration = HTTPConfiguration(
            verification: .authority(pemFile: node.directory.authority), userAgent: "test")
        configuration.unixSocket = unixSocket
        let (sent, how) = (request, configuration)
        return try await threads.run {
            let response = try HTTPClient(configuration: how).send(sent)
            let problem = try? JSONDecoder().decode(Problem.self, from: Data(response.body))
            return Answer(status: response.status, body: response.body, code: problem?.code, headers: response.headers)
        }
    }

    func post(_ path: String, _ message: some BoundedMessage, token: String? = nil) async throws -> Answer {
        try await send("POST", path, body: Frame.encode(message.encoded), token: token)
    }
}

/// What a device does to be known, step by step.
extension ServerTrial {
    static func key(_ seed: UInt8) -> SigningKey { SigningKey(seed: [UInt8](repeating: seed, count: 32)) }

    func invitation() throws -> EnrolmentCode {
        let invitation = try node.store.write {
            try Invitations(node.identity).device(of: person, name: "phone", $0)
        }
        return try EnrolmentCode(parsing: invitation.code)
    }

    func enroll(_ code: EnrolmentCode, _ key: SigningKey, proof: [UInt8]? = nil) async throws -> Answer {
        var request = WireEnrollRequest()
        request.secret = Data(code.secret)
        request.key = Data(key.publicKey.bytes)
        request.proof = Data(proof ?? key.sign(code.secret, for: .enroll))
        request.name = "phone"
        return try await post("/v1/enroll", request)
    }

    /// The certificate chain of a device that enrolled just now.
    func enrolled(_ key: SigningKey) async throws -> [WireSignedCertificate] {
        try await enroll(invitation(), key).message(WireEnrollResponse.self).chain
    }

    func proof(_ chain: [WireSignedCertificate], _ key: SigningKey) async throws -> WireSessionRequest {
        var request = WireSessionRequest()
        request.chain = chain
        let nonce = try await post("/v1/session", request).message(WireSessionResponse.self).nonce
        request.nonce = nonce
        request.signature = Data(key.sign([UInt8](nonce), for: .session))
        return request
    }

    func token(_ chain: [WireSignedCertificate], _ key: SigningKey) async throws -> String {
        try await post("/v1/session", try await proof(chain, key)).message(WireSessionResponse.self).token
    }

    func id(of key: SigningKey) throws -> RecordID {
        guard let device = try node.store.read({ try $0.device(key: key.publicKey.bytes) }) else {
            throw NodeFailure.notEnrolled("the device")
        }
        return device.id
    }

    /// A record that HQ writes itself.
    func writeAccount(_ name: String) throws {
        let id = node.store.environment.newRecordID()
        let change = LocalChange(
            type: EntityTag.account, record: id, creates: true,
            edits: [
                FieldEdit(tag: .scope, edit: .put(.text(Scope(.account(id)).description))),
                FieldEdit(tag: 3, edit: .put(.text(name))),
            ])
        try node.store.write { try $0.commit([change], author: node.identity.record) }
    }
}
