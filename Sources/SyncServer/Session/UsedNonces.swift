import Foundation

/// The nonces that opened a session and have not run out: each does so once.
final class UsedNonces: @unchecked Sendable {
    private let lock = NSLock()
    private var expiries: [[UInt8]: Int64] = [:]
    private var sweptAt: Int64 = 0
    private let countMax: Int

    init(countMax: Int) { self.countMax = countMax }

    /// False when the nonce was used before.
    /// - Throws: `Overload` when there are too many to remember one more.
    func use(_ nonce: [UInt8], now: Int64) throws(Overload) -> Bool {
        lock.lock()
        defer { lock.unlock() }
        if now - sweptAt > ServerLimits.nonceMilliseconds {
            expiries = expiries.filter { $0.value > now }
            sweptAt = now
        }
        guard expiries[nonce] == nil else { return false }
        guard expiries.count < countMax else { throw Overload() }
        expiries[nonce] = now + ServerLimits.nonceMilliseconds
        return true
    }
}
