import SyncWire

/// Requests about attachments' bytes to one node.
struct BlobLine {
    let upstream: Upstream

    /// What a node has of a blob.
    struct Held: Equatable {
        /// The next byte that it takes.
        let offset: Int64
        let isComplete: Bool
        /// How far up the bytes are, when they are complete.
        let stage: BlobStage
    }

    func look(_ hash: BlobHash) throws -> Held { try held(upstream.send("HEAD", path(hash))) }

    /// Sends a part.
    /// - Returns: what the node has now.
    func put(_ bytes: [UInt8], _ part: BlobPart, of hash: BlobHash) throws -> Held {
        let headers = [("Content-Range", part.contentRange), ("Content-Type", "application/octet-stream")]
        return try held(upstream.send("PUT", path(hash), headers: headers, body: bytes))
    }

    /// Fetches the part from `offset` on.
    /// - Parameter size: of the whole blob, as its record says.
    func get(
        _ hash: BlobHash, from offset: Int64, size: Int64
    ) throws -> (bytes: [UInt8], part: BlobPart, stage: BlobStage) {
        let last = offset + Int64(Limits.blobChunkBytesMax) - 1
        // No range names a part of nothing.
        let headers = size == 0 ? [] : [("Range", "bytes=\(offset)-\(last)")]
        let response = try upstream.send("GET", path(hash), headers: headers)
        let total = Int64(response.body.count)
        let part =
            response.status == 206
            ? response.headers["content-range"].flatMap { BlobPart(contentRange: $0) }
            : BlobPart(offset: 0, count: Int(total), total: total)
        guard let part, part.count == response.body.count, part.total <= Limits.blobBytesMax else {
            throw ExchangeFailure.garbage("a part of a blob that is not what it says")
        }
        return (response.body, part, stage(response))
    }

    private func held(_ response: HTTPResponse) throws -> Held {
        guard let offset = response.headers["upload-offset"].flatMap({ Int64($0) }), offset >= 0 else {
            throw ExchangeFailure.garbage("an answer about a blob without Upload-Offset")
        }
        return Held(
            offset: offset, isComplete: response.headers["upload-complete"] == "?1", stage: stage(response))
    }

    /// A node that does not say how far up the bytes are has them itself.
    private func stage(_ response: HTTPResponse) -> BlobStage {
        let word = response.headers[BlobStage.header.lowercased()] ?? ""
        return max(BlobStage(word: word) ?? .branch, .branch)
    }

    private func path(_ hash: BlobHash) -> String { "/v1/blobs/\(hash)" }
}
