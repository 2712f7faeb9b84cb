import Foundation
import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import SyncWire

/// Whoever answers wants the body now. Until then none of it is read: it would wait in memory.
struct BodyIsWanted: Sendable {}

/// Stands behind the HTTP decoder: tells the first handler where requests begin and end, leaves bodies on the line until
/// somebody wants them, and answers what is no request.
final class RequestWatch: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let counters: Counters
    private var watch: ConnectionWatch?
    private var requests = 0
    private var isReadingRequest = false
    private var isBodyWanted = true
    private var holdsRead = false
    private var bodyBytes = 0

    init(_ counters: Counters) { self.counters = counters }

    func handlerAdded(context: ChannelHandlerContext) {
        watch = try? context.pipeline.syncOperations.handler(type: ConnectionWatch.self)
    }

    func handlerRemoved(context: ChannelHandlerContext) { watch = nil }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            requests += 1
            (isReadingRequest, isBodyWanted, bodyBytes) = (true, false, 0)
            watch?.requestBegan()
        case .body(let part):
            bodyBytes += part.readableBytes
            // What nobody wanted is thrown away, but not without end.
            if bodyBytes > 2 * Limits.requestBodyBytesMax { return context.close(promise: nil) }
        case .end:
            (isReadingRequest, isBodyWanted) = (false, true)
            watch?.requestEnded()
        }
        context.fireChannelRead(data)
    }

    func read(context: ChannelHandlerContext) {
        if isReadingRequest, !isBodyWanted { holdsRead = true } else { context.read() }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is BodyIsWanted else { return context.triggerUserOutboundEvent(event, promise: promise) }
        wantBody(context)
        promise?.succeed()
    }

    private func wantBody(_ context: ChannelHandlerContext) {
        isBodyWanted = true
        if holdsRead {
            holdsRead = false
            context.read()
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let isEnd = if case .end = unwrapOutboundIn(data) { true } else { false }
        context.write(data, promise: promise)
        guard isEnd else { return }
        requests -= 1
        watch?.answerEnded()
        wantBody(context)
    }

    /// Headers beyond their limits, and what is no HTTP at all.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.fireErrorCaught(error) }
        counters.count(.malformed)
        if requests == 0 { answer(error, context) }
        context.close(promise: nil)
    }

    private func answer(_ error: HTTPParserError, _ context: ChannelHandlerContext) {
        let isLong = error == .headerOverflow
        let problem =
            isLong
            ? Problem(
                .payloadTooLarge,
                detail: "headers: more than \(ServerLimits.headerBytesMax) bytes, or \(ServerLimits.headersMax) fields")
            : Problem(.badRequest, detail: "no HTTP request")
        let body = ByteBuffer(bytes: problem.json)
        var headers: HTTPFields = [
            .contentType: Problem.mediaType, .contentLength: "\(body.readableBytes)", .connection: "close",
        ]
        if let name = HTTPField.Name(Problem.codeHeader) { headers[name] = problem.code }
        let status = isLong ? HTTPResponse.Status.requestHeaderFieldsTooLarge : .badRequest
        context.write(wrapOutboundOut(.head(HTTPResponse(status: status, headerFields: headers))), promise: nil)
        context.write(wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
