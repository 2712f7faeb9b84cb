/// How long a connection may keep the node waiting: by what it moves, not by how long it takes, so that a slow line
/// comes to its end and somebody who only pretends does not. Time is handed in, in seconds.
struct Patience: Sendable {
    enum Verdict: Equatable, Sendable {
        case keep
        case close(Impatience)
    }

    private let limits: ServingLimits
    /// Whether the node has asked for more bytes: what it has not asked for, nobody owes it.
    var isAsked = false
    private var requests = 0
    private var isReadingRequest = false
    private var hasBegun = false
    private var isFresh = true
    private var received = 0
    private var written = 0
    private var pendingBefore = 0
    private var stalledSeconds = 0.0
    private var quietSince: Double
    private var lookedAt: Double

    init(_ limits: ServingLimits, now: Double) {
        self.limits = limits
        quietSince = now
        lookedAt = now
    }

    /// Bytes came, as they travel.
    mutating func receive(_ bytes: Int) {
        received += bytes
        if requests == 0 { hasBegun = true }
    }

    /// Bytes were given to the connection, as they travel.
    mutating func write(_ bytes: Int) { written += bytes }

    mutating func requestBegan() {
        requests += 1
        (isReadingRequest, isFresh) = (true, false)
    }

    mutating func requestEnded() { isReadingRequest = false }

    mutating func answerEnded(now: Double) {
        requests -= 1
        (hasBegun, quietSince) = (false, now)
    }

    /// - Parameter pending: bytes that were given to the connection and that nobody has taken yet.
    mutating func look(pending: Int, now: Double) -> Verdict {
        let seconds = now - lookedAt
        let least = Int(seconds * Double(limits.bytesPerSecondMin))
        let taken = pendingBefore + written - pending
        let state = owed(pending: pending)
        let moves = state == .answer ? taken >= least : received >= least
        stalledSeconds = state == nil || moves ? 0 : stalledSeconds + seconds
        (received, written, pendingBefore, lookedAt) = (0, 0, pending, now)
        if let state, stalledSeconds >= limits.stallSeconds { return .close(state) }
        let isQuiet = state == nil && requests == 0
        return isQuiet && now - quietSince >= limits.idleSeconds ? .close(.idle) : .keep
    }

    /// What the other side has to move now.
    private func owed(pending: Int) -> Impatience? {
        if pending > 0 { return .answer }
        guard isAsked else { return nil }
        if isReadingRequest { return .body }
        guard requests == 0 else { return nil }
        if isFresh { return .hello }
        return hasBegun ? .head : nil
    }
}

/// Why the node gave a connection up.
enum Impatience: String, CaseIterable, Sendable {
    /// Nothing was asked for yet: no TLS, or no request.
    case hello
    case head
    case body
    /// The answer is not taken.
    case answer
    case idle
}
