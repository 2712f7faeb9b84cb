import CryptoShim

/// A node's key for TLS (ECDSA P-256), and the request for a certificate over it.
package struct TLSRequest: Sendable {
    /// PKCS #8, not encrypted; it stays with the node.
    package let keyPEM: String
    package let csrPEM: String

    /// In every node's certificate, so that tools on the node's own machine can check it too.
    private static let loopback = ["127.0.0.1", "::1", "localhost"]

    /// A new key, for a server that is reached as `hosts` (IP addresses and DNS names, at most 97) or by loopback.
    package static func create(commonName: String, hosts: [String]) throws(TLSFailure) -> TLSRequest {
        let refused = TLSFailure.badName("\(commonName): \(hosts.joined(separator: ", "))")
        guard isWholeInC(commonName), hosts.allSatisfy(isWholeInC) else { throw refused }
        var names: [String] = []
        for host in hosts + loopback where !names.contains(host) { names.append(host) }
        var request: UnsafeMutablePointer<CChar>?
        var key: UnsafeMutablePointer<CChar>?
        let status = withCStrings(names) {
            cs_request_create(certifiable(commonName), $0.baseAddress, $0.count, &request, &key)
        }
        return TLSRequest(
            keyPEM: try text(key, status, refused: refused), csrPEM: try text(request, status, refused: refused))
    }
}

/// Calls `body` with the texts as C strings, which last no longer than the call.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    var bytes: [CChar] = []
    let offsets = texts.map { text in
        defer { bytes += text.utf8CString }
        return bytes.count
    }
    return bytes.withUnsafeBufferPointer { buffer in
        offsets.map { offset in buffer.baseAddress.map { $0 + offset } }.withUnsafeBufferPointer(body)
    }
}
