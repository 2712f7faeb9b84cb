import CryptoShim

/// Why a certificate, or a request for one, could not be made or read.
package enum TLSFailure: Error, Equatable {
    /// Not exactly one certificate in PEM.
    case badCertificate
    /// Not a request that is signed by its own key and names hosts only; or days out of range; or the authority's key
    /// is not its certificate's.
    case badRequest
    /// A name that is empty, or a host that is neither an IP address nor a DNS name.
    case badName(String)
    /// libcrypto itself failed.
    case failed

    init(_ status: cs_status, refused: TLSFailure) {
        self = status == CS_REFUSED ? refused : .failed
    }
}

/// The text that one of CryptoShim's functions made, which is freed.
func text(
    _ made: UnsafeMutablePointer<CChar>?, _ status: cs_status, refused: TLSFailure
) throws(TLSFailure) -> String {
    defer { cs_free_text(made) }
    guard status == CS_OK, let made else { throw TLSFailure(status, refused: refused) }
    return String(cString: made)
}

/// Whether C sees the same text: it ends a string at the first zero, and what comes after would go unchecked.
func isWholeInC(_ text: String) -> Bool {
    !text.utf8.contains(0)
}

/// As much of a name as X.509 lets a certificate hold. The name is for people; nothing is decided by it.
func certifiable(_ name: String) -> String {
    String(String.UnicodeScalarView(name.unicodeScalars.prefix(CS_NAME_CHARACTERS_MAX)))
}
