import Foundation
import SyncClient
import Synchronization

/// What a serving node knows of itself besides its data.
final class Serving: Sendable {
    /// How long somebody who asks for what may be upstream is kept waiting.
    private static let waitSeconds = 4.0
    private static let lookSeconds = 0.05

    /// Nil at HQ.
    let uplink: Uplink?
    /// Carries attachments upwards; nil at HQ.
    let carrier: BlobCarrier?
    private let address = Mutex<String?>(nil)

    init(uplink: Uplink?, carrier: BlobCarrier?) {
        self.uplink = uplink
        self.carrier = carrier
    }

    /// Where it listens; nil before it does.
    var url: String? { address.withLock { $0 } }

    func listens(at url: String) { address.withLock { $0 = url } }

    /// Returns when an exchange that began after this call has come to its end, or after a while.
    func waitForUplink() {
        guard let uplink else { return }
        let deadline = Date(timeIntervalSinceNow: Self.waitSeconds)
        // The exchange under way may have looked before what is asked for was there: the one after it has not.
        var ends = 0
        var last = uplink.status.lastSuccessAt
        while ends < 2, Date() < deadline {
            Thread.sleep(forTimeInterval: Self.lookSeconds)
            let now = uplink.status.lastSuccessAt
            if now != last { (ends, last) = (ends + 1, now) }
        }
    }
}
