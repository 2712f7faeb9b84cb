package import SyncWire

/// Why an exchange did not come to its end. Whatever it is, nothing is lost: the next one goes on where this one stood.
package enum ExchangeFailure: Error, Hashable {
    /// No answer came.
    case offline(String)
    /// Who answers is not of this organisation.
    case untrusted(String)
    /// The session, the certificate or the enrolment code was not accepted.
    case unauthorised(code: String, message: String)
    case revoked(String)
    case upgradeRequired(String)
    /// The node has no time now; `retryAfterSeconds` when it said how long to wait.
    case busy(code: String, message: String, retryAfterSeconds: Int?)
    /// The same request would be refused again.
    case refused(code: String, message: String)
    /// What came is no answer that the protocol knows.
    case garbage(String)

    /// A code of the catalogue, or one that a newer node knows.
    package var code: String {
        switch self {
        case .offline: ErrorCode.offline.rawValue
        case .untrusted: ErrorCode.untrusted.rawValue
        case .revoked: ErrorCode.revoked.rawValue
        case .upgradeRequired: ErrorCode.upgradeRequired.rawValue
        case .garbage: ErrorCode.unavailable.rawValue
        case .unauthorised(let code, _), .busy(let code, _, _), .refused(let code, _): code
        }
    }

    /// What happened this time, for a person.
    package var message: String {
        switch self {
        case .offline(let text), .untrusted(let text), .revoked(let text), .upgradeRequired(let text): text
        case .unauthorised(_, let text), .busy(_, let text, _), .refused(_, let text): text
        case .garbage(let text): "the answer is not one of this protocol: \(text)"
        }
    }

    /// The exit code of a program that ends with this; a code that is not in the catalogue counts as its kind does.
    package var exit: Int32 { known.entry.exit }

    /// Whether the node has an order for this device, which the next session tells.
    package var tellsOfOrder: Bool { known == .wiped || known == .handedOver }

    package var isRetryable: Bool { known.entry.isRetryable }

    /// The code in this version's catalogue, or the nearest one that is.
    package var known: ErrorCode {
        if let known = ErrorCode(rawValue: code) { return known }
        switch self {
        case .unauthorised: return .unauthenticated
        case .busy: return .unavailable
        default: return .badRequest
        }
    }
}

extension ExchangeFailure {
    init(_ failure: HTTPFailure) {
        switch failure {
        case .unreachable(let text), .timedOut(let text), .interrupted(let text): self = .offline(text)
        case .brokenOff: self = .offline("the request was broken off")
        case .untrusted(let text): self = .untrusted(text)
        case .responseTooLarge(let limit): self = .garbage("an answer of more than \(limit) bytes")
        case .badURL(let text): self = .refused(code: ErrorCode.usage.rawValue, message: text)
        case .failed(let text): self = .garbage(text)
        }
    }

    /// An answer whose bytes cannot be taken.
    init(_ error: WireError) {
        switch error {
        case .upgradeRequired(let what): self = .upgradeRequired(what)
        case .untrusted, .badSignature: self = .untrusted(error.detail)
        case .malformed, .tooLarge, .decompressionLimit, .expired: self = .garbage(error.detail)
        }
    }
}
