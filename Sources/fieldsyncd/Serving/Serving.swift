import SyncClient
import Synchronization

/// What a serving node knows of itself besides its data.
final class Serving: Sendable {
    /// How long somebody who asks for what may be upstream is kept waiting.
    private static let waitMilliseconds = 4_000

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
    func waitForUplink() { uplink?.catchUp(milliseconds: Self.waitMilliseconds) }
}
