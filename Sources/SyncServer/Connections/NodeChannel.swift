import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTPTypes
import NIOSSL

/// A connection of the node: HTTP/1.1, over TLS unless a proxy on this machine did that, and watched.
struct NodeChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    /// Linux: how much of what was written may wait in the kernel unsent. Little, so that one sees here whether the other
    /// side takes it; it does not slow a fast line, for what is on its way does not count.
    private static let unsentBytes = ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: 25))

    /// Small ones of which each is passed on before the next is read: what was read and is not wanted yet is not counted.
    private static let reads = AdaptiveRecvByteBufferAllocator(
        minimum: 64, initial: 2_048, maximum: ServerLimits.readBytesMax)

    let services: ConnectionServices
    let http: HTTP1Channel
    /// Nil: plain HTTP.
    let tls: NIOSSLContext?

    init(_ services: ConnectionServices, tls: NIOSSLContext?, responder: @escaping HTTPChannelHandler.Responder) {
        self.services = services
        self.tls = tls
        http = HTTP1Channel(
            responder: responder,
            configuration: .init(
                additionalChannelHandlers: [RequestWatch(services.counters)],
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: ServerLimits.headerBytesMax, maxHeaderListSize: ServerLimits.headerBytesMax,
                    maxHeaderFieldCount: ServerLimits.headersMax)))
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try? channel.syncOptions?.setOption(Self.unsentBytes, value: ServerLimits.unsentBytes)
            try? channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            try? channel.syncOptions?.setOption(.recvAllocator, value: Self.reads)
            let address = tls == nil ? nil : NetworkAddress(channel.remoteAddress)
            let admission = services.connections.enter(address, now: Monotonic.seconds)
            if admission == nil { services.counters.count(.connections) }
            try channel.pipeline.syncOperations.addHandler(ConnectionWatch(services, admission: admission))
            // One that is closed at once costs no handshake.
            guard let tls, admission != nil else { return }
            try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
        }.flatMap { http.setup(channel: channel, logger: logger) }
    }

    func handle(value: Value, logger: Logger) async { await http.handle(value: value, logger: logger) }
}
