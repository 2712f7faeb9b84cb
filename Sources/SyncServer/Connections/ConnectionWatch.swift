import NIOCore

/// Stands first at a connection, where bytes are as they travel, and closes it when patience ends.
final class ConnectionWatch: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer

    private(set) var patience: Patience
    private let services: ConnectionServices
    private let admission: Connections.Admission?
    private var task: Scheduled<Void>?

    /// - Parameter admission: nil for a connection that is closed at once.
    init(_ services: ConnectionServices, admission: Connections.Admission?) {
        self.services = services
        self.admission = admission
        patience = Patience(services.limits, now: Monotonic.seconds)
    }

    func handlerAdded(context: ChannelHandlerContext) { if context.channel.isActive { begin(context) } }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        if admission == nil { return context.close(promise: nil) }
        lookLater(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        task?.cancel()
        admission?.end()
    }

    private func lookLater(_ context: ChannelHandlerContext) {
        let delay = TimeAmount.milliseconds(Int64(services.limits.lookSeconds * 1000))
        task = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.look(context) }
    }

    private func look(_ context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        let pending = (try? context.channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
        switch patience.look(pending: pending, now: Monotonic.seconds) {
        case .keep: lookLater(context)
        case .close(let why):
            services.counters.count(closed: why)
            context.close(promise: nil)
        }
    }

    func read(context: ChannelHandlerContext) {
        patience.isAsked = true
        context.read()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        patience.receive(unwrapInboundIn(data).readableBytes)
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        patience.isAsked = false
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        patience.write(unwrapOutboundIn(data).readableBytes)
        context.write(data, promise: promise)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is IsGivenUp else { return context.triggerUserOutboundEvent(event, promise: promise) }
        context.close(promise: promise)
    }

    func requestBegan() { patience.requestBegan() }
    func requestEnded() { patience.requestEnded() }
    func answerEnded() { patience.answerEnded(now: Monotonic.seconds) }
}

/// There is no room for what comes: nothing more of it is read, and nobody waits for farewells.
struct IsGivenUp: Sendable {}

/// What connections share.
struct ConnectionServices: Sendable {
    let limits: ServingLimits
    let connections: Connections
    let counters: Counters
}
