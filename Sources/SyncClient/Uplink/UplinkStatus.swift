/// How a branch's uplink fares, for `status` and the metrics.
package struct UplinkStatus: Hashable, Sendable {
    /// Milliseconds since 1970; nil before the first exchange that came to its end.
    package internal(set) var lastSuccessAt: Int64?
    /// Of that exchange.
    package internal(set) var lastReport: ExchangeReport?
    /// Why the last exchange did not come to its end; nil when it did.
    package internal(set) var lastError: String?
    /// A code of the catalogue, for the same.
    package internal(set) var lastErrorCode: String?

    /// Exchanges that did not come to their end, since the start.
    package internal(set) var failures = 0

    mutating func succeeded(_ report: ExchangeReport, at milliseconds: Int64) {
        lastSuccessAt = milliseconds
        lastReport = report
        lastError = nil
        lastErrorCode = nil
    }

    mutating func failed(_ error: any Error) {
        failures += 1
        let failure = error as? ExchangeFailure
        lastError = failure?.message ?? "\(error)"
        lastErrorCode = failure?.code
    }
}
