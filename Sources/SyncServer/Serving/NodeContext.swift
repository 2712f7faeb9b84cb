import Hummingbird
import Logging
import NIOCore

/// What a request brings along besides itself.
struct NodeContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The other end of the connection, which may be a proxy's.
    let peer: SocketAddress?
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress
        channel = source.channel
    }

    /// Whether the other end is this machine.
    var isFromHere: Bool {
        switch peer {
        case .v4: peer?.ipAddress?.hasPrefix("127.") == true
        case .v6: peer?.ipAddress == "::1" || peer?.ipAddress?.hasPrefix("::ffff:127.") == true
        default: false
        }
    }
}
