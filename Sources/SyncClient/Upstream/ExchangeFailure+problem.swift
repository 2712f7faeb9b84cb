import Foundation
import SyncWire

/// The answers that say no.
extension ExchangeFailure {
    /// - Parameter response: of any status but 2xx.
    init(_ response: HTTPResponse) {
        guard let problem = try? JSONDecoder().decode(Problem.self, from: Data(response.body)) else {
            self = Self.undocumented(response)
            return
        }
        self.init(
            code: problem.code, status: response.status, message: problem.detail,
            retryAfterSeconds: response.retryAfterSeconds)
    }

    private init(code: String, status: Int, message: String, retryAfterSeconds: Int?) {
        switch (ErrorCode(rawValue: code), status) {
        case (.revoked?, _): self = .revoked(message)
        case (.upgradeRequired?, _), (nil, 426): self = .upgradeRequired(message)
        case (.untrusted?, _): self = .untrusted(message)
        case (.unauthenticated?, _), (.signatureMismatch?, _), (.certificateExpired?, _), (.suspended?, _),
            (.wiped?, _),
            (.handedOver?, _),
            (.codeUnknown?, _), (.codeUsed?, _), (.codeExpired?, _), (nil, 401), (nil, 403):
            self = .unauthorised(code: code, message: message)
        case (.rateLimited?, _), (.unavailable?, _), (.storageFull?, _), (.internalError?, _), (nil, 429),
            (nil, 500...):
            self = .busy(code: code, message: message, retryAfterSeconds: retryAfterSeconds)
        default: self = .refused(code: code, message: message)
        }
    }

    /// The answer to a HEAD has no document; its code stands in a header.
    private static func undocumented(_ response: HTTPResponse) -> ExchangeFailure {
        guard let code = response.headers[Problem.codeHeader.lowercased()] else { return unexplained(response) }
        return ExchangeFailure(
            code: code, status: response.status, message: ErrorCode(rawValue: code)?.entry.meaning.en ?? code,
            retryAfterSeconds: response.retryAfterSeconds)
    }

    /// A proxy's page, a captive portal, a server that is no node.
    private static func unexplained(_ response: HTTPResponse) -> ExchangeFailure {
        let what = "status \(response.status) without a problem document"
        guard [429, 502, 503, 504].contains(response.status) else { return .garbage(what) }
        return .busy(
            code: ErrorCode.unavailable.rawValue, message: what,
            retryAfterSeconds: response.retryAfterSeconds)
    }
}

extension HTTPResponse {
    /// Nil also where the header names a date: what is not a count of seconds is not obeyed.
    fileprivate var retryAfterSeconds: Int? {
        headers["retry-after"].flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 }
    }
}
