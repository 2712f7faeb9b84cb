import Foundation
import SyncClient
import SyncWire
import Testing

/// Whom the client believes, against openssl's own server with a certificate of ours.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: TLSServer.openssl), "needs the openssl command"))
struct HTTPTrustTests {
    private static func get(_ url: String, _ verification: HTTPConfiguration.Verification) -> String {
        var configuration = HTTPConfiguration(verification: verification, userAgent: "field/test")
        configuration.connectTimeoutSeconds = 2
        configuration.timeoutSeconds = 20
        let client = HTTPClient(configuration: configuration)
        do {
            return try "status \(client.send(HTTPRequest(method: "GET", url: url)).status)"
        } catch {
            return String(String(describing: error).prefix { $0 != "(" })
        }
    }

    @Test("A server is believed under its own authority, and under no other")
    func authorities() throws {
        let server = try TLSServer(address: "127.0.0.1")
        defer { server.stop() }
        #expect(Self.get(server.url, .authority(pemFile: server.authorityFile)) == "status 200")
        #expect(Self.get(server.url, .authority(pemFile: try server.foreignAuthorityFile())) == "untrusted")
        #expect(Self.get(server.url, .system) == "untrusted")
        #expect(Self.get(server.url, .authority(pemFile: "/nowhere/ca.pem")) == "untrusted")
        #expect(Self.get(server.url, .none) == "status 200")
    }

    @Test("A certificate for another host is not believed")
    func otherHost() throws {
        let server = try TLSServer(address: "127.0.0.2")
        defer { server.stop() }
        #expect(Self.get(server.url, .authority(pemFile: server.authorityFile)) == "untrusted")
        #expect(Self.get(server.url, .none) == "status 200")
    }

    @Test("A server without TLS cannot be taken for one with it")
    func plain() throws {
        let server = try ScriptedServer { _ in .close("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
        defer { server.stop() }
        let url = server.url.replacing("http:", with: "https:")
        // A TLS greeting has no line ends for the script to wait for: only the client's patience ends this.
        #expect(Self.get(url, .none) == "unreachable")
    }
}

/// `openssl s_server` on a free port, with a certificate for loopback.
private final class TLSServer {
    static let openssl = "/usr/bin/openssl"

    let url: String
    let authorityFile: String
    private let directory: URL
    private let process = Process()

    init(address: String) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "https-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let authority = try TLSAuthority.create(organisation: "Acme")
        let request = try TLSRequest.create(commonName: "node", hosts: [])
        let certificate = try authority.issue(csrPEM: request.csrPEM, commonName: "node", days: 1)
        authorityFile = try Self.write(authority.certificatePEM, "ca.pem", in: directory)
        let output = Pipe()
        process.executableURL = URL(filePath: Self.openssl)
        process.arguments = [
            "s_server", "-www", "-accept", "\(address):0",
            "-cert", try Self.write(certificate, "cert.pem", in: directory),
            "-key", try Self.write(request.keyPEM, "key.pem", in: directory),
        ]
        process.standardOutput = output
        try process.run()
        url = "https://\(try Self.accepted(output.fileHandleForReading))/"
    }

    func foreignAuthorityFile() throws -> String {
        try Self.write(TLSAuthority.create(organisation: "Acme").certificatePEM, "foreign.pem", in: directory)
    }

    /// Not by SIGTERM: a process that is started from a thread of the cooperative pool inherits its blocked signals.
    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: directory)
    }

    /// The address and port of the server's line "ACCEPT address:port".
    private static func accepted(_ output: FileHandle) throws -> String {
        var text = ""
        while true {
            let start = text.range(of: "ACCEPT ")?.upperBound
            if let start, let end = text[start...].firstIndex(of: "\n") { return String(text[start..<end]) }
            let more = output.availableData
            try #require(!more.isEmpty, "openssl did not start: \(text)")
            text += String(decoding: more, as: UTF8.self)
        }
    }

    private static func write(_ text: String, _ name: String, in directory: URL) throws -> String {
        let url = directory.appending(path: name)
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url.path
    }
}
