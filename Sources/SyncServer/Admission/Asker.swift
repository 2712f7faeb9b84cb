import Synchronization
import SyncCore

/// Whose requests are counted together.
enum AskerName: Hashable, Sendable, CustomStringConvertible {
    case device(RecordID)
    case branch(RecordID)
    /// Whoever asks without a session, by where he asks from.
    case address(NetworkAddress)
    /// More addresses than are kept apart.
    case otherAddresses

    init(_ session: Session) {
        switch session.peer {
        case .device(let id, _): self = .device(id)
        case .branch(let id): self = .branch(id)
        }
    }

    var description: String {
        switch self {
        case .device(let id): "device \(id)"
        case .branch(let id): "branch \(id)"
        case .address(let address): "address \(address)"
        case .otherAddresses: "other addresses"
        }
    }
}

/// One device, branch or address, and what it has asked lately.
final class Asker: Sendable {
    enum Entrance: Equatable, Sendable {
        /// After so many seconds; `leave` follows.
        case admitted(after: Double)
        /// Held for so many seconds, and told to come again after so many more.
        case refused(hold: Double, retryAfterSeconds: Int)
    }

    private struct State {
        var bucket: Bucket
        var inside = 0
        /// When it was last written into the log that this one asks too much.
        var toldAt = -Double.infinity
    }

    let name: AskerName
    let allowance: Allowance
    private let state: Mutex<State>

    init(_ name: AskerName, _ allowance: Allowance, now: Double) {
        self.name = name
        self.allowance = allowance
        state = Mutex(State(bucket: Bucket(allowance.requests, now: now)))
    }

    /// Who asks one after the other is never refused, but slowed. Who asks for more at a time than he may is refused, and
    /// that costs him as much as an answer would.
    func enter(now: Double) -> Entrance {
        state.withLock { state in
            let wait = state.bucket.take(1, now: now, debtSecondsMax: ServerLimits.holdSecondsMax)
            guard state.inside < allowance.requestsAtOnceMax else {
                return .refused(hold: wait, retryAfterSeconds: max(1, Int(wait.rounded(.up))))
            }
            state.inside += 1
            return .admitted(after: wait)
        }
    }

    func leave() { state.withLock { $0.inside -= 1 } }

    /// Work is paid for like requests, after it is done.
    func charge(seconds: Double, now: Double) {
        let count = seconds / ServerLimits.requestWorkSeconds
        state.withLock { _ = $0.bucket.take(count, now: now, debtSecondsMax: ServerLimits.holdSecondsMax) }
    }

    /// Whether the log should say that it asks too much: once a minute.
    func shouldTell(now: Double) -> Bool {
        state.withLock { state in
            guard now - state.toldAt >= ServerLimits.tellSeconds else { return false }
            state.toldAt = now
            return true
        }
    }

    /// Whether it could be forgotten, and nothing would be different.
    func isForgettable(now: Double) -> Bool { state.withLock { $0.inside == 0 && $0.bucket.isFull(now: now) } }
}

extension Asker: Hashable {
    static func == (left: Asker, right: Asker) -> Bool { left === right }
    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}
