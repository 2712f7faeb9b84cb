import Foundation

/// What the node did since its start, for `/metrics`.
final class Counters: @unchecked Sendable {
    private let lock = NSLock()
    private var requests: [Int: Int] = [:]
    private var changeSets = 0
    private var states = 0

    func count(status: Int) { lock.withLock { requests[status, default: 0] += 1 } }
    func count(changeSets count: Int) { lock.withLock { changeSets += count } }
    func count(states count: Int) { lock.withLock { states += count } }

    /// In the text format of Prometheus.
    var lines: [String] {
        lock.withLock {
            requests.sorted { $0.key < $1.key }.map { "fieldsync_requests_total{status=\"\($0.key)\"} \($0.value)" } + [
                "fieldsync_pushed_change_sets_total \(changeSets)", "fieldsync_pulled_states_total \(states)",
            ]
        }
    }
}
