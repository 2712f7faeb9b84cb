import Foundation
import SyncCore
package import SyncWire

/// Makes a key one of an organisation's, by a code that a person was given.
package struct Enrolment {
    /// Makes the transport for a configuration.
    package typealias Connect = (HTTPConfiguration) -> any Transport

    private let url: String
    private let code: EnrolmentCode
    private let userAgent: String
    private let connect: Connect

    /// - Parameters:
    ///   - name: of the device or branch, for people.
    ///   - tlsRequest: a branch's request for a TLS certificate, PEM; nil for a device.
    package static func enroll(
        url: String, code: String, name: String, key: SigningKey, version: String, tlsRequest: String? = nil,
        connect: @escaping Connect = { HTTPClient(configuration: $0) }
    ) throws -> EnrolmentResult {
        let enrolment = Enrolment(
            url: url, code: try parse(code), userAgent: "fieldsync/\(version)", connect: connect)
        let authorityPEM = try enrolment.authority()
        var request = WireEnrollRequest()
        request.secret = Data(enrolment.code.secret)
        request.key = Data(key.publicKey.bytes)
        request.proof = Data(key.sign(enrolment.code.secret, for: .enroll))
        request.name = name
        request.version = version
        request.tlsRequest = tlsRequest ?? ""
        let answer = try enrolment.ask(request, trusting: authorityPEM)
        do throws(WireError) {
            return try EnrolmentResult(
                verifying: answer, key: key.publicKey, root: Roots(RootKey.learn(from: answer.chain)),
                authorityPEM: authorityPEM)
        } catch {
            throw ExchangeFailure(error)
        }
    }

    private static func parse(_ text: String) throws(ExchangeFailure) -> EnrolmentCode {
        do throws(EnrolmentCodeError) { return try EnrolmentCode(parsing: text) } catch {
            throw .refused(code: ErrorCode.badCode.rawValue, message: error.words.en)
        }
    }

    /// The node's certificate authority, which nothing vouches for but the code.
    private func authority() throws(ExchangeFailure) -> String {
        let unverified = HTTPConfiguration(verification: .none, userAgent: userAgent)
        let bytes = try Channel(url: url, transport: connect(unverified)).get("/v1/authority")
        let pem = String(decoding: bytes, as: UTF8.self)
        guard let fingerprint = try? TLSAuthority.fingerprint(certificatePEM: pem) else {
            throw .garbage("no certificate authority")
        }
        guard code.matches(fingerprint: fingerprint) else {
            throw .untrusted("this node is not of the organisation that gave out the code")
        }
        return pem
    }

    private func ask(_ request: WireEnrollRequest, trusting pem: String) throws -> WireEnrollResponse {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "fieldsync-authority-\(Hex.digits(Entropy.word())).pem")
        try Data(pem.utf8).write(to: file, options: .withoutOverwriting)
        defer { try? FileManager.default.removeItem(at: file) }
        let trusting = HTTPConfiguration(verification: .authority(pemFile: file.path), userAgent: userAgent)
        return try Channel(url: url, transport: connect(trusting)).post("/v1/enroll", request.encoded)
    }
}
