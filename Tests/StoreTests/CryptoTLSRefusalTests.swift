import Foundation
import SyncWire
import Testing

@Suite struct CryptoTLSRefusalTests {
    @Test("Text that is not exactly one certificate has no fingerprint")
    func fingerprintOfMore() throws {
        let one = try TLSAuthority.create(organisation: "Acme")
        let two = try TLSAuthority.create(organisation: "Other")
        let trusted = two.certificatePEM.replacing("CERTIFICATE-", with: "TRUSTED CERTIFICATE-")
        let texts = [
            "", "garbage", one.keyPEM, one.certificatePEM + two.certificatePEM, one.certificatePEM + one.keyPEM,
            trusted + one.certificatePEM, one.certificatePEM + trusted, String(one.certificatePEM.dropLast(40)),
            one.certificatePEM + "\u{0}" + two.certificatePEM, one.certificatePEM + "-----BEGIN CERTIFICATE-----\nAAAA",
            String(repeating: "A", count: 100_000),
        ]
        for text in texts {
            #expect(throws: TLSFailure.badCertificate) { try TLSAuthority.fingerprint(certificatePEM: text) }
        }
        #expect(try TLSAuthority.fingerprint(certificatePEM: one.certificatePEM + "\n").count == 32)
    }

    @Test("A request that was changed, a key of another authority or impossible days are refused")
    func badRequests() throws {
        let authority = try TLSAuthority.create(organisation: "Acme")
        let request = try TLSRequest.create(commonName: "branch", hosts: ["a.example"])
        func refused(_ authority: TLSAuthority, _ csr: String, days: Int = 1) {
            #expect(throws: TLSFailure.badRequest) { try authority.issue(csrPEM: csr, commonName: "x", days: days) }
        }
        refused(authority, try Self.changingHost(in: request.csrPEM))
        refused(authority, "")
        refused(authority, request.csrPEM + "\u{0}")
        refused(authority, authority.certificatePEM)
        refused(authority, request.csrPEM, days: 0)
        refused(authority, request.csrPEM, days: 7306)
        refused(authority, request.csrPEM, days: .max)
        let other = try TLSAuthority.create(organisation: "Other")
        refused(TLSAuthority(certificatePEM: authority.certificatePEM, keyPEM: other.keyPEM), request.csrPEM)
        #expect(throws: Never.self) { try authority.issue(csrPEM: request.csrPEM, commonName: "x", days: 7305) }
    }

    /// The same request asking for b.example, under the signature over a.example.
    private static func changingHost(in pem: String) throws -> String {
        let lines = pem.split(separator: "\n")
        var der = try #require(Data(base64Encoded: lines.dropFirst().dropLast().joined()))
        let place = try #require(der.range(of: Data("a.example".utf8)))
        der[place.lowerBound] = UInt8(ascii: "b")
        return "\(lines[0])\n\(der.base64EncodedString(options: .lineLength64Characters))\n\(lines[lines.count - 1])\n"
    }

    @Test(
        "Hosts that are neither names nor addresses are refused",
        arguments: [
            "", "a b", "*.example", "a,DNS:b", "http://a", "[::1]", ".a", "a\u{0}b", "名.example",
            String(repeating: "a", count: 254),
        ])
    func badHosts(host: String) {
        #expect(throws: TLSFailure.self) { try TLSRequest.create(commonName: "branch", hosts: [host]) }
    }

    @Test("A hundred names fit into a request, with those of loopback, and no more")
    func manyHosts() throws {
        let hosts = (0..<98).map { "h\($0).example" }
        #expect(throws: Never.self) { try TLSRequest.create(commonName: "branch", hosts: Array(hosts.dropLast())) }
        #expect(throws: TLSFailure.self) { try TLSRequest.create(commonName: "branch", hosts: hosts) }
    }

    @Test("A long name is cut to what a certificate holds; an empty one is refused")
    func names() throws {
        #expect(throws: Never.self) { try TLSAuthority.create(organisation: String(repeating: "维", count: 300)) }
        #expect(throws: TLSFailure.badName("")) { try TLSAuthority.create(organisation: "") }
        #expect(throws: TLSFailure.badName("a\u{0}b")) { try TLSAuthority.create(organisation: "a\u{0}b") }
        #expect(throws: TLSFailure.self) { try TLSRequest.create(commonName: "", hosts: []) }
        #expect(throws: TLSFailure.self) { try TLSRequest.create(commonName: "a\u{0}b", hosts: []) }
    }
}
