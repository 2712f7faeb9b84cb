import Foundation
import SyncWire
import Testing

/// Checked by openssl's own command, which shares no code of ours.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: OpenSSL.path), "needs the openssl command"))
struct CryptoTLSTests {
    private let directory = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
    private let authority: TLSAuthority

    init() throws {
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        authority = try TLSAuthority.create(organisation: "Acme 维修")
    }

    private func file(_ name: String, _ text: String) throws -> String {
        let url = directory.appending(path: name)
        try text.write(to: url, atomically: true, encoding: .utf8)
        return url.path
    }

    private func issue(hosts: [String], days: Int = 30) throws -> String {
        let request = try TLSRequest.create(commonName: "branch-7", hosts: hosts)
        return try authority.issue(csrPEM: request.csrPEM, commonName: "Perth", days: days)
    }

    @Test("An issued certificate verifies under its authority for each of its hosts and for no other")
    func chain() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let hosts = ["sync.acme.example", "192.0.2.7", "2001:db8::7"]
        let ca = try file("ca.pem", authority.certificatePEM)
        let server = try file("server.pem", issue(hosts: hosts))
        func verify(_ name: String, _ kind: String) throws -> String {
            try OpenSSL.run(
                "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", ca, "-no-CApath", "-no-CAstore", kind,
                name, server)
        }
        for name in ["sync.acme.example", "localhost"] {
            #expect(try verify(name, "-verify_hostname").contains(": OK"))
        }
        for address in ["192.0.2.7", "2001:db8::7", "127.0.0.1", "::1"] {
            #expect(try verify(address, "-verify_ip").contains(": OK"))
        }
        #expect(try verify("acme.example", "-verify_hostname").contains("hostname mismatch"))
        #expect(try verify("192.0.2.8", "-verify_ip").contains("IP address mismatch"))
    }

    @Test("Another authority's signature is refused, even one of the same name")
    func foreignAuthority() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let other = try file("other.pem", TLSAuthority.create(organisation: "Acme 维修").certificatePEM)
        let server = try file("server.pem", issue(hosts: []))
        let answer = try OpenSSL.run("verify", "-CAfile", other, "-no-CApath", "-no-CAstore", server)
        #expect(!answer.contains(": OK"))
    }

    @Test("An authority may sign servers only, and a server nothing")
    func constraints() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let ca = try OpenSSL.run("x509", "-noout", "-text", "-in", file("ca.pem", authority.certificatePEM))
        #expect(ca.contains("CA:TRUE, pathlen:0"))
        #expect(ca.contains("Certificate Sign, CRL Sign"))
        #expect(ca.contains("prime256v1"))
        let server = try OpenSSL.run("x509", "-noout", "-text", "-in", file("server.pem", issue(hosts: [])))
        #expect(server.contains("CA:FALSE"))
        #expect(server.contains("TLS Web Server Authentication"))
        #expect(server.contains("Subject: CN = Perth"))
    }

    @Test("Certificates last as long as asked, and begin in 1970 for devices whose clocks are behind")
    func validity() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let ca = try file("ca.pem", authority.certificatePEM)
        let server = try file("server.pem", issue(hosts: [], days: 30))
        let now = Date.now.timeIntervalSince1970
        func verify(daysFromNow days: Double) throws -> Bool {
            let time = String(Int(now + days * 86_400))
            return try OpenSSL.run("verify", "-attime", time, "-CAfile", ca, server).contains(": OK")
        }
        #expect(try verify(daysFromNow: 1 - now / 86_400))
        #expect(try verify(daysFromNow: 29))
        #expect(try !verify(daysFromNow: 31))
        let end = try OpenSSL.run("x509", "-noout", "-checkend", String(86_400 * 365 * 20), "-in", ca)
        #expect(end.contains("will not expire"))
    }

    @Test("An authority made again of its secret has the same key and name: what it issues verifies by the earlier one")
    func restored() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let again = try TLSAuthority.restore(organisation: "Acme 维修", secret: try authority.secret())
        #expect(try again.secret() == authority.secret() && again.certificatePEM != authority.certificatePEM)
        let request = try TLSRequest.create(commonName: "hq", hosts: [])
        let server = try file("server.pem", again.issue(csrPEM: request.csrPEM, commonName: "hq", days: 10))
        let ca = try file("ca.pem", authority.certificatePEM)
        #expect(try OpenSSL.run("verify", "-x509_strict", "-CAfile", ca, server).contains(": OK"))
        let none = [UInt8](repeating: 0, count: 32)
        #expect(throws: TLSFailure.self) { try TLSAuthority.restore(organisation: "A", secret: none) }
    }

    @Test("A fingerprint is what openssl says it is")
    func fingerprint() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        let ca = try file("ca.pem", authority.certificatePEM)
        let shown = try OpenSSL.run("x509", "-noout", "-fingerprint", "-sha256", "-in", ca)
        let ours = try TLSAuthority.fingerprint(certificatePEM: authority.certificatePEM)
        let digits = ours.map { String(0x100 + Int($0), radix: 16).suffix(2).uppercased() }
        #expect(shown.contains(digits.joined(separator: ":")))
    }

    @Test("A request may not bring more than hosts: mail addresses, or a request that nobody signed")
    func foreignRequests() throws {
        defer { try? FileManager.default.removeItem(at: directory) }
        func request(_ names: String) throws -> String {
            try OpenSSL.run(
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                directory.appending(path: "key.pem").path, "-subj", "/CN=x", "-addext", "subjectAltName=\(names)",
                "-addext", "basicConstraints=critical,CA:TRUE")
        }
        let greedy = try authority.issue(csrPEM: request("DNS:a.example"), commonName: "x", days: 1)
        let shown = try OpenSSL.run("x509", "-noout", "-text", "-in", file("greedy.pem", greedy))
        #expect(shown.contains("CA:FALSE") && !shown.contains("CA:TRUE"))
        let mixed = try request("DNS:a.example,email:a@example.org")
        #expect(throws: TLSFailure.badRequest) { try authority.issue(csrPEM: mixed, commonName: "x", days: 1) }
    }
}

private enum OpenSSL {
    static let path = "/usr/bin/openssl"

    /// What the command writes, to either stream; a refusal is an answer too.
    static func run(_ arguments: String...) throws -> String {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
    }
}
