import Hummingbird
import NIOCore
import SyncWire

/// Bodies come in, and go out, within the node's memory.
extension NodeServices {
    /// A request's body, refused at once when it says itself that it is too long.
    func body(of request: Request, bytesMax: Int) async throws -> ByteBuffer {
        guard let visit = Visit.current else { preconditionFailure("a request was let in") }
        let length = request.headers[.contentLength].flatMap { Int($0) }
        if let length, length > bytesMax { throw Self.tooLong(bytesMax) }
        await bodyRoom.begin(visit, length: length)
        visit.channel.triggerUserOutboundEvent(BodyIsWanted(), promise: nil)
        var body = ByteBuffer()
        for try await part in request.body {
            guard body.readableBytes + part.readableBytes <= bytesMax else { throw Self.tooLong(bytesMax) }
            try bodyRoom.grow(visit, by: part.readableBytes)
            body.writeImmutableBuffer(part)
        }
        return body
    }

    private static func tooLong(_ bytesMax: Int) -> Problem {
        Problem(.payloadTooLarge, detail: "the body: more than \(bytesMax) bytes")
    }

    /// An answer that is there whole. A long one is written piece by piece as its reader takes it, so that no more than a
    /// piece is copied into the connection, and as long as it takes it holds its share of the room.
    func response(body: [UInt8], type: String) -> Response {
        let buffer = ByteBuffer(bytes: body)
        guard buffer.readableBytes > ServerLimits.answerPieceBytes else {
            return Response(status: .ok, headers: [.contentType: type], body: ResponseBody(byteBuffer: buffer))
        }
        let share = answerRoom.take(buffer.readableBytes)
        let pieces = ResponseBody(contentLength: buffer.readableBytes) { writer in
            var rest = buffer
            while let piece = rest.readSlice(length: min(ServerLimits.answerPieceBytes, rest.readableBytes)),
                piece.readableBytes > 0
            {
                try await writer.write(piece)
            }
            try await writer.finish(nil)
            withExtendedLifetime(share) {}
        }
        return Response(status: .ok, headers: [.contentType: type], body: pieces)
    }
}
