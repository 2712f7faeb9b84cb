import Foundation

/// The nonces that opened a session and have not run out: each does so once.
final class UsedNonces: @unchecked Sendable {
    private let lock = NSLock()
    private var expiries: [[UInt8]: Int64] = [:]
    private var sweptAt: Int64 = 0

    /// False when the nonce was used before.
    func use(_ nonce: [UInt8], now: Int64) -> Bool {
        lock.withLock {
            if now - sweptAt > ServerLimits.nonceMilliseconds {
                expiries = expiries.filter { $0.value > now }
                sweptAt = now
            }
            return expiries.updateValue(now + ServerLimits.nonceMilliseconds, forKey: nonce) == nil
        }
    }
}
