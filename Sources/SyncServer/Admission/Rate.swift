/// How often something may be: so many at once, and so many more each second.
struct Rate: Sendable, Equatable {
    let perSecond: Double
    let burst: Double
}

/// What is left of a rate. Time is handed in, in seconds.
struct Bucket: Sendable {
    let rate: Rate
    private var left: Double
    private var filledAt: Double

    init(_ rate: Rate, now: Double) {
        self.rate = rate
        left = rate.burst
        filledAt = now
    }

    /// Takes `count` out, whether they are there or not; debts are forgotten beyond those of `debtSecondsMax`.
    /// - Returns: seconds until the debt is paid; 0 when there is none.
    @discardableResult
    mutating func take(_ count: Double, now: Double, debtSecondsMax: Double) -> Double {
        fill(now: now)
        left = max(left - count, -debtSecondsMax * rate.perSecond)
        return left < 0 ? -left / rate.perSecond : 0
    }

    /// Whether one is there; it is taken then.
    mutating func takeOne(now: Double) -> Bool {
        fill(now: now)
        guard left >= 1 else { return false }
        left -= 1
        return true
    }

    /// Whether nothing would be lost by forgetting it.
    func isFull(now: Double) -> Bool { left + max(0, now - filledAt) * rate.perSecond >= rate.burst }

    private mutating func fill(now: Double) {
        left = min(rate.burst, left + max(0, now - filledAt) * rate.perSecond)
        filledAt = max(filledAt, now)
    }
}
