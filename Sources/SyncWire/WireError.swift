/// Why bytes that came from elsewhere were not taken. The text names the place for whoever debugs a client.
package enum WireError: Error, Equatable {
    case malformed(String)
    /// More than `limit` bytes or pieces.
    case tooLarge(what: String, limit: Int)
    /// A body grows beyond so many bytes when it is decompressed.
    case decompressionLimit(Int)
    case badSignature(String)
    case upgradeRequired(String)
    case expired(String)
    case untrusted(String)

    package var code: ErrorCode {
        switch self {
        case .malformed: .badRequest
        case .tooLarge: .payloadTooLarge
        case .decompressionLimit: .decompressionLimit
        case .badSignature: .badSignature
        case .upgradeRequired: .upgradeRequired
        case .expired: .certificateExpired
        case .untrusted: .untrusted
        }
    }

    /// For logs and for whoever writes a client; people are shown the code's words.
    package var detail: String {
        switch self {
        case .malformed(let what), .badSignature(let what), .expired(let what), .untrusted(let what): what
        case .tooLarge(let what, let limit): "\(what): more than \(limit)"
        case .decompressionLimit(let limit): "more than \(limit) bytes when decompressed"
        case .upgradeRequired(let what): "not known to this version: \(what)"
        }
    }
}
