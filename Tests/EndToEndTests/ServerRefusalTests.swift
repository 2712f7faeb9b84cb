import Foundation
import Logging
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire
import Testing

@Suite("What a node refuses whoever asks")
struct ServerRefusalTests {
    private let key = ServerTrial.key(1)

    @Test("Without a session nobody learns more than that he has none")
    func unauthenticated() async throws {
        try await ServerTrial.run { trial in
            for path in ["/v1/push", "/v1/pull", "/v1/reconcile"] {
                let answer = try await trial.post(path, WirePullRequest())
                #expect(answer.status == 401 && answer.code == "unauthenticated")
                let forged = try await trial.send("POST", path, body: Frame.encode([]), token: "x")
                #expect(forged.code == "unauthenticated")
            }
            let history = "/v1/records/\(trial.person)/history"
            #expect(try await trial.send("GET", history).code == "unauthenticated")
            let token = try await trial.token(try await trial.enrolled(key), key)
            #expect(try await trial.send("GET", history, token: token).status == 200)
            let missing = "/v1/records/\(RecordID(high: 1, low: 1))/history"
            #expect(try await trial.send("GET", missing, token: token).code == "not_found")
            #expect(try await trial.send("GET", "/v1/nothing", token: token).code == "not_found")
        }
    }

    @Test("Bodies that are no frame, no message, too long or too long when decompressed are refused as what they are")
    func bodies() async throws {
        try await ServerTrial.run { trial in
            let long = [UInt8](repeating: 0, count: Limits.strangerBodyBytesMax + 1)
            let bomb = Frame.encode([UInt8](repeating: 0, count: Limits.requestBodyDecompressedBytesMax + 1))
            #expect(bomb.count < 100_000)
            let bodies: [(bytes: [UInt8], code: String)] = [
                ([], "bad_request"), ([3, 0, 1], "bad_request"), (Frame.encode([0xFF]), "bad_request"),
                ([1, 9, 0], "upgrade_required"), (long, "payload_too_large"), (bomb, "decompression_limit"),
            ]
            for body in bodies {
                let answer = try await trial.send("POST", "/v1/enroll", body: body.bytes)
                #expect(answer.code == body.code)
            }
        }
    }

    @Test("The control socket is its owner's alone, and runs what it is asked")
    func control() async throws {
        try await ServerTrial.run { trial in
            let socket = trial.node.directory.controlSocket
            let rights = try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions] as? Int
            #expect(rights == 0o600)
            let request = try JSONEncoder().encode(ControlRequest(argv: ["a", "b"], cwd: "/", stdin: nil))
            let answer = try await trial.send("POST", "/control", body: [UInt8](request), unixSocket: socket)
            let response = try JSONDecoder().decode(ControlResponse.self, from: Data(answer.body))
            #expect(response == ControlResponse(exit: 0, stdout: Data("a b".utf8), stderr: Data()))
            let garbage = try await trial.send("POST", "/control", body: [1], unixSocket: socket)
            #expect(garbage.code == "bad_request")
            let outside = try await trial.send("POST", "/control", body: [UInt8](request))
            #expect(outside.code == "not_found")
        }
    }

    @Test("Plain HTTP is for loopback only")
    func plainHTTP() {
        func configuration(_ host: String) throws -> NodeServerConfiguration {
            try NodeServerConfiguration(host: host, port: 0, plainHTTP: true, logger: .init(label: "test"))
        }
        for host in ["127.0.0.1", "127.8.8.8", "localhost", "::1"] {
            #expect(throws: Never.self) { try configuration(host) }
        }
        for host in ["0.0.0.0", "::", "127.example.com", "192.168.1.1", "localhost.example.com", ""] {
            #expect(throws: ServingFailure.plainHTTPBeyondLoopback(host)) { try configuration(host) }
        }
    }

    @Test("A directory holds one node and one process")
    func directories() throws {
        let directory = try ServerDirectory()
        let files = NodeDirectory(directory.file("hq"))
        _ = try NodeSetup(files, environment: .system).createHeadquarters(organisation: "Ironbark", hosts: [])
        #expect(throws: NodeFailure.exists(path: files.path)) { try NodeSetup(files, environment: .system) }
        let lock = try DirectoryLock(files)
        #expect(throws: NodeFailure.locked(path: files.path)) { try DirectoryLock(files) }
        withExtendedLifetime(lock) {}
        let nothing = NodeDirectory(directory.file("nothing"))
        #expect(throws: NodeFailure.missing(path: nothing.path)) { try Node.open(nothing, environment: .system) }
    }
}
