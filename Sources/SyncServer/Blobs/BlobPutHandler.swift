import HTTPTypes
import Hummingbird
import Logging
import SyncStore
import SyncWire

/// `HEAD` and `PUT /v1/blobs/{sha256}`: how much of an attachment's bytes is here, and the next part of them.
struct BlobPutHandler {
    let services: NodeServices

    ///
    func look(_ request: Request, hash: String?) async throws -> Response {
        let session = try await services.session(of: request, for: .send)
        let blob = try await services.read { try $0.expectedBlob(hash, from: session) }
        let held = try await services.blobWorkers.run { [folder = services.blobs.folder] in
            (whole: folder.size(blob.hash), part: folder.held(blob.hash, from: session.blobPeer))
        }
        let isWhole = held.whole != nil
        var headers = services.headers(blob, offset: held.whole ?? held.part, complete: isWhole)
        if let size = held.whole { headers[.contentLength] = "\(size)" }
        return Response(status: isWhole ? .ok : .noContent, headers: headers)
    }

    /// a part is refused before its bytes are read where that is known before.
    func take(_ request: Request, hash: String?) async throws -> Response {
        let session = try await services.session(of: request, for: .send)
        let part = try Self.part(request)
        let blob = try await services.read { try $0.expectedBlob(hash, from: session) }
        try blob.demand(total: part.total)
        let body = try await services.body(of: request, bytesMax: Limits.blobChunkBytesMax)
        guard body.readableBytes == part.count else {
            throw Problem(.badRequest, detail: "the body has not the bytes that Content-Range says")
        }
        let result = try await services.blobWorkers.run { [blobs = services.blobs] in
            try Self.demandFewParts(blobs.folder, blob.hash, session)
            return try blobs.folder.append([UInt8](body.readableBytesView), part, of: blob.hash, from: session.blobPeer)
        }
        return try await answer(result, blob, part)
    }

    private static func part(_ request: Request) throws -> BlobPart {
        guard let part = request.headers[.contentRange].flatMap({ BlobPart(contentRange: $0) }) else {
            throw Problem(.badRequest, detail: "a part of a blob needs a Content-Range: bytes FIRST-LAST/TOTAL")
        }
        guard part.total <= Limits.blobBytesMax, part.count <= Limits.blobChunkBytesMax else {
            throw Problem(
                .payloadTooLarge,
                detail: "a blob has at most \(Limits.blobBytesMax) bytes, a part \(Limits.blobChunkBytesMax)")
        }
        return part
    }

    private static func demandFewParts(_ folder: BlobFolder, _ hash: BlobHash, _ session: Session) throws {
        guard folder.held(hash, from: session.blobPeer) == 0, folder.size(hash) == nil,
            folder.partCount(from: session.blobPeer) >= BlobLimits.partsPerPeerMax
        else { return }
        throw Problem(.rateLimited, detail: "\(BlobLimits.partsPerPeerMax) transfers are under way; finish one first")
    }

    private func answer(_ result: BlobAppend, _ blob: VisibleBlob, _ part: BlobPart) async throws -> Response {
        switch result {
        case .more(let offset):
            return Response(
                status: .noContent, headers: services.headers(blob, offset: offset, complete: false))
        case .complete:
            let size = part.total
            try await services.commit.write { try $0.noteBlob(here: blob.hash, size: size) }
            services.logger.info("an attachment arrived", metadata: ["sha256": "\(blob.hash)", "bytes": "\(size)"])
            return Response(status: .created, headers: services.headers(blob, offset: size, complete: true))
        case .gap(let offset):
            var response = Problem(
                .sequenceGap, detail: "go on at byte \(offset)", details: ["offset": "\(offset)"]
            ).response
            response.headers[.uploadOffset] = "\(offset)"
            return response
        case .wrong:
            services.logger.warning(
                "an attachment arrived with other bytes than its name says", metadata: ["sha256": "\(blob.hash)"])
            throw Problem(.constraint, detail: "the bytes are not those that the address names; they were dropped")
        }
    }
}
