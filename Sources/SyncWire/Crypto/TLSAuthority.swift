import CryptoShim

/// The small certificate authority of an organisation (ECDSA P-256, 20 years), which signs its nodes' certificates.
package struct TLSAuthority: Sendable {
    package let certificatePEM: String
    /// PKCS #8, not encrypted.
    package let keyPEM: String

    package init(certificatePEM: String, keyPEM: String) {
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
    }

    /// A new authority. A certificate holds the first 64 characters of a name; devices know it by its fingerprint.
    package static func create(organisation: String) throws(TLSFailure) -> TLSAuthority {
        guard isWholeInC(organisation) else { throw .badName(organisation) }
        var certificate: UnsafeMutablePointer<CChar>?
        var key: UnsafeMutablePointer<CChar>?
        let status = cs_authority_create(certifiable(organisation), &certificate, &key)
        return TLSAuthority(
            certificatePEM: try text(certificate, status, refused: .badName(organisation)),
            keyPEM: try text(key, status, refused: .badName(organisation)))
    }

    /// An authority made again from its secret: whoever trusts a certificate of it of earlier trusts what it issues. Its own
    /// certificate is another one, with another fingerprint.
    /// - Parameter organisation: as it was made with; the name is part of what is trusted.
    package static func restore(organisation: String, secret: [UInt8]) throws(TLSFailure) -> TLSAuthority {
        guard isWholeInC(organisation), secret.count == secretBytes else { throw .badName(organisation) }
        var certificate: UnsafeMutablePointer<CChar>?
        var key: UnsafeMutablePointer<CChar>?
        let status = cs_authority_restore(certifiable(organisation), secret, &certificate, &key)
        return TLSAuthority(
            certificatePEM: try text(certificate, status, refused: .badName(organisation)),
            keyPEM: try text(key, status, refused: .badName(organisation)))
    }

    package static let secretBytes = CS_P256_SECRET_BYTES

    /// 32 bytes: the private number of the key.
    package func secret() throws(TLSFailure) -> [UInt8] {
        var secret = [UInt8](repeating: 0, count: Self.secretBytes)
        let status = cs_authority_secret(keyPEM, &secret)
        guard status == CS_OK else { throw TLSFailure(status, refused: .badCertificate) }
        return secret
    }

    /// A server certificate (PEM) for the hosts that the request names and `days` (1 to 7305) from now. Who may have a
    /// certificate for which hosts is the caller's to decide.
    package func issue(csrPEM: String, commonName: String, days: Int) throws(TLSFailure) -> String {
        guard isWholeInC(csrPEM), isWholeInC(commonName) else { throw .badRequest }
        var issued: UnsafeMutablePointer<CChar>?
        let status = cs_authority_issue(
            certificatePEM, keyPEM, csrPEM, certifiable(commonName), Int32(clamping: days), &issued)
        return try text(issued, status, refused: .badRequest)
    }

    /// SHA-256 over the DER of the one certificate in the text, 32 bytes. A second object in the text is an error:
    /// otherwise a file that is trusted for its fingerprint could hold another authority too.
    package static func fingerprint(certificatePEM: String) throws(TLSFailure) -> [UInt8] {
        guard isWholeInC(certificatePEM) else { throw .badCertificate }
        var digest = [UInt8](repeating: 0, count: CS_SHA256_BYTES)
        let status = cs_certificate_fingerprint(certificatePEM, &digest)
        guard status == CS_OK else { throw TLSFailure(status, refused: .badCertificate) }
        return digest
    }
}
