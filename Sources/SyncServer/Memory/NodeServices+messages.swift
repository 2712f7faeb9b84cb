import Hummingbird
import NIOCore
import SyncWire

/// One request at a time has a message in and a message out.
extension NodeServices {
    static let mediaType = "application/vnd.fieldsync"

    /// The message of a request's body, which is one frame. Of whoever has no session it is short.
    /// - Parameter setBytes: of change sets in it, that are decoded at a time.
    func message<Message: BoundedMessage>(
        _ type: Message.Type, of request: Request, setBytes: Int = 0
    ) async throws -> Message {
        guard let visit = Visit.current else { preconditionFailure("a request was let in") }
        let isKnown = visit.session != nil
        let body = try await body(
            of: request, bytesMax: isKnown ? Limits.requestBodyBytesMax : Limits.strangerBodyBytesMax)
        defer { bodyRoom.end(visit) }
        let limit = isKnown ? Limits.requestBodyDecompressedBytesMax : Limits.strangerBodyBytesMax
        // What it claims is what it may grow to.
        let claimed = min(Frame.claimedMessageBytes(of: body) ?? limit, limit)
        var cost = MessageCost(bytes: claimed, pieces: 0, setBytes: setBytes)
        while true {
            try await messageRooms.enter(visit, bytes: cost.memory)
            bodyRoom.take(visit)
            switch try await workers.run({ [cost] in try decode(type, body, within: cost) }) {
            case .message(let message): return message
            // Unpacked once more, when there is room for all of it.
            case .dearer(let real): cost = real
            }
        }
    }

    private func decode<Message: BoundedMessage>(
        _ type: Message.Type, _ body: ByteBuffer, within cost: MessageCost
    ) throws -> DecodedMessage<Message> {
        let content = try Frame.decode(body, limit: cost.bytes)
        let real = MessageCost(bytes: cost.bytes, pieces: try type.demandBounds(content), setBytes: cost.setBytes)
        if real.memory > cost.memory { return .dearer(real) }
        counters.count(requestBody: body.readableBytes, message: content.count)
        return .message(try type.init(counted: content))
    }

    func response(_ message: some BoundedMessage) async throws -> Response {
        let bytes = try await workers.run {
            let content = message.encoded
            let body = Frame.encode(content)
            counters.count(responseBody: body.count, message: content.count)
            return body
        }
        return response(body: bytes, type: Self.mediaType)
    }
}

private enum DecodedMessage<Message: BoundedMessage>: Sendable {
    case message(Message)
    /// It has more pieces than there was room for.
    case dearer(MessageCost)
}

/// What a message takes of the memory while it is decoded and done.
struct MessageCost: Sendable {
    let bytes: Int
    let pieces: Int
    let setBytes: Int

    var memory: Int {
        bytes * ServerLimits.messageCopies + pieces * ServerLimits.pieceBytes
            + min(bytes, setBytes) * ServerLimits.setCopies
    }
}

extension Frame {
    /// How long the message of a body says that it is; nil when it does not say.
    fileprivate static func claimedMessageBytes(of body: ByteBuffer) -> Int? {
        claimedMessageBytes([UInt8](body.readableBytesView.prefix(headerBytesMax + Zstd.headerBytesMax)))
    }

    /// The message of a body that is exactly one frame, copied once.
    fileprivate static func decode(_ body: ByteBuffer, limit: Int) throws(WireError) -> [UInt8] {
        guard let header = try header([UInt8](body.readableBytesView.prefix(headerBytesMax))) else {
            throw .malformed("a body without a frame")
        }
        let content = body.readableBytesView.dropFirst(header.headerBytes)
        guard content.count == header.contentBytes else { throw .malformed("a body that is not exactly one frame") }
        return try message(header.encoding, [UInt8](content), limit: limit)
    }
}
