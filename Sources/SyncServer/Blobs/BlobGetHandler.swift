import HTTPTypes
import Hummingbird
import NIOCore
import SyncStore
import SyncWire

/// `GET /v1/blobs/{sha256}`: an attachment's bytes, or a range of them.
struct BlobGetHandler {
    let services: NodeServices

    func respond(to request: Request, hash: String?) async throws -> Response {
        let session = try await services.session(of: request)
        let blob = try await services.read { try $0.visibleBlob(hash, for: session) }
        guard
            let size = try await services.blobWorkers.run({ [folder = services.blobs.folder] in folder.size(blob.hash) }
            )
        else { throw try await absent(blob) }
        switch BlobRange(request.headers[.range], total: size) {
        case .whole:
            try await services.commit.write { try $0.noteBlob(used: blob.hash) }
            return response(.ok, blob, from: 0, count: size, total: size)
        case .part(let part):
            if part.offset == 0 { try await services.commit.write { try $0.noteBlob(used: blob.hash) } }
            var response = response(.partialContent, blob, from: part.offset, count: Int64(part.count), total: size)
            response.headers[.contentRange] = part.contentRange
            return response
        case .unsatisfiable:
            var response = Problem(.badRequest, detail: "the blob has \(size) bytes").response
            response.status = .rangeNotSatisfiable
            response.headers[.contentRange] = "bytes */\(size)"
            return response
        }
    }

    /// Not here, or not any more: a branch asks above for it, and whoever asks here may come again.
    private func absent(_ blob: VisibleBlob) async throws -> Problem {
        let (size, isBranch) = (blob.sizes.max() ?? 0, !services.identity.isHQ)
        guard isBranch || blob.row?.here == true else {
            return Problem(.unavailable, detail: "the bytes have not come here yet")
        }
        try await services.commit.write { access in
            try access.noteBlob(absent: blob.hash)
            if isBranch { try access.noteBlob(wanted: blob.hash, size: size) }
        }
        return Problem(.unavailable, detail: "the bytes have not come here yet")
    }

    private func response(
        _ status: HTTPResponse.Status, _ blob: VisibleBlob, from offset: Int64, count: Int64, total: Int64
    ) -> Response {
        var headers = services.headers(blob, offset: total, complete: true)
        // Never shown by a browser as what it claims to be: it is what somebody sent.
        headers[.contentType] = "application/octet-stream"
        return Response(status: status, headers: headers, body: body(blob.hash, from: offset, count: count))
    }

    /// One piece in memory at a time. A file that leaves meanwhile breaks the answer off.
    private func body(_ hash: BlobHash, from offset: Int64, count: Int64) -> ResponseBody {
        let (folder, workers) = (services.blobs.folder, services.blobWorkers)
        // The body is made after the request was answered, and is still its asker's.
        let visit = Visit.current
        return ResponseBody(contentLength: Int(count)) { writer in
            var place = offset
            while place < offset + count {
                let (at, wanted) = (place, Int(min(Int64(Limits.blobChunkBytesMax), offset + count - place)))
                let piece = try await Visit.$current.withValue(visit) {
                    try await workers.run { try folder.read(hash, at: at, count: wanted) }
                }
                if piece.isEmpty { throw StoreFailure.integrity("\(hash) is shorter than it was") }
                try await writer.write(ByteBuffer(bytes: piece))
                place += Int64(piece.count)
            }
            try await writer.finish(nil)
        }
    }
}
