import FieldModel
import Foundation
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire
import Testing

@Suite("Attachments at a node")
struct ServerBlobTests {
    private let key = ServerTrial.key(1)
    private let chunk = Limits.blobChunkBytesMax

    @Test("Parts arrive in order, each once however often it comes, and the whole is there when its hash is right")
    func parts() async throws {
        try await ServerTrial.run { trial in
            let bytes = [UInt8](repeating: 7, count: chunk + 1000)
            let caller = try await BlobCaller(trial, key, of: bytes)
            try trial.attach(caller.hash, size: bytes.count)
            let empty = try await caller.look()
            #expect(empty.status == 204 && empty.offset == 0 && !empty.isComplete)
            #expect(try await caller.get().code == "unavailable")
            #expect(try await caller.put(0..<chunk).offset == chunk)
            #expect(try await caller.look().offset == chunk)
            #expect(try await caller.put(0..<1000).offset == chunk)
            #expect(try await caller.put(0..<chunk).offset == chunk)
            // Half of it is known already.
            let last = try await caller.put(1000..<bytes.count)
            #expect(last.status == 201 && last.isComplete && last.headers["fieldsync-stage"] == "hq")
            #expect(try await caller.put(0..<chunk).isComplete)
            let whole = try await caller.look()
            #expect(whole.status == 200 && whole.isComplete && whole.headers["content-length"] == "\(bytes.count)")
            #expect(try await caller.get().body == bytes)
        }
    }

    @Test("A gap is refused with where to go on; what differs from what was sent before begins anew")
    func gaps() async throws {
        try await ServerTrial.run { trial in
            let bytes = (0..<3000).map { UInt8(truncatingIfNeeded: $0) }
            let caller = try await BlobCaller(trial, key, of: bytes)
            try trial.attach(caller.hash, size: bytes.count)
            #expect(try await caller.put(0..<1000).offset == 1000)
            let gap = try await caller.put(2000..<3000)
            #expect(gap.status == 409 && gap.code == "sequence_gap" && gap.offset == 1000)
            let other = try await caller.put(500..<1500, sending: [UInt8](repeating: 0, count: 1000))
            #expect(other.code == "sequence_gap" && other.offset == 0)
            #expect(try await caller.put(0..<3000).isComplete)
        }
    }

    @Test("Bytes that are not those of the name are dropped, and the right ones still arrive")
    func wrong() async throws {
        try await ServerTrial.run { trial in
            let bytes = [UInt8](repeating: 1, count: 2000)
            let caller = try await BlobCaller(trial, key, of: bytes)
            try trial.attach(caller.hash, size: bytes.count)
            let wrong = try await caller.put(0..<2000, sending: [UInt8](repeating: 2, count: 2000))
            #expect(wrong.status == 422 && wrong.code == "constraint")
            #expect(try await caller.look().offset == 0)
            #expect(try await caller.get().code == "unavailable")
            // What one device sends does not spoil what another does.
            let stranger = try await BlobCaller(trial, ServerTrial.key(2), of: bytes)
            #expect(try await stranger.put(0..<1000, sending: [UInt8](repeating: 3, count: 1000)).offset == 1000)
            #expect(try await caller.look().offset == 0)
            #expect(try await caller.put(0..<2000).isComplete)
            #expect(try await stranger.get().body == bytes)
        }
    }

    @Test(
        "A blob that no attachment names, and one whose attachment was deleted, are not found; without a session nothing is"
    )
    func foreign() async throws {
        try await ServerTrial.run { trial in
            let bytes = [UInt8](repeating: 1, count: 100)
            let caller = try await BlobCaller(trial, key, of: bytes)
            for answer in [try await caller.look(), try await caller.put(0..<100), try await caller.get()] {
                #expect(answer.status == 404 && answer.headers["fieldsync-error"] == "not_found")
            }
            let record = try trial.attach(caller.hash, size: bytes.count)
            #expect(try await caller.put(0..<100).isComplete)
            #expect(try await trial.send("GET", caller.path).code == "unauthenticated")
            #expect(try await trial.send("GET", "/v1/blobs/none", token: caller.token).code == "not_found")
            try trial.delete(record)
            let missing = try await caller.missing()
            for answer in [try await caller.put(0..<100), try await caller.get()] {
                #expect(answer.status == 404 && answer.body == missing.body)
            }
        }
    }

    @Test("Limits: of a blob, of a part, of transfers at a time; and a body that is not what it says")
    func limits() async throws {
        try await ServerTrial.run { trial in
            let most = Int(Limits.blobBytesMax)
            let caller = try await BlobCaller(trial, key, of: [1])
            try trial.attach(caller.hash, size: most)
            try trial.attach(caller.hash, size: most + 1)
            let part = [UInt8](repeating: 1, count: chunk)
            #expect(try await caller.put(0..<chunk, sending: part, total: most).offset == chunk)
            #expect(try await caller.put(0..<chunk, sending: part, total: most + 1).code == "payload_too_large")
            let long = part + [1]
            #expect(try await caller.put(0..<chunk + 1, sending: long, total: most).code == "payload_too_large")
            #expect(try await caller.put(0..<chunk, sending: long, total: most).code == "payload_too_large")
            #expect(try await caller.put(0..<chunk, sending: [1], total: most).code == "bad_request")
            #expect(try await caller.put(0..<1, sending: [1], total: 77).code == "constraint")
            for range in ["", "bytes 0-0", "bytes 1-0/2", "bytes 0-2/2", "bytes */1", "bytes -1-1/2", "items 0-0/1"] {
                let headers = [("Content-Range", range)]
                let answer = try await trial.send("PUT", caller.path, body: [1], token: caller.token, headers: headers)
                #expect(answer.code == "bad_request", "\(range)")
            }
            for number in 2...BlobLimits.partsPerPeerMax + 1 {
                let other = caller.naming([UInt8(number)])
                try trial.attach(other.hash, size: 2)
                let answer = try await other.put(0..<1, sending: [1], total: 2)
                #expect(answer.code == (number <= BlobLimits.partsPerPeerMax ? nil : "rate_limited"))
            }
        }
    }

    @Test("Ranges are answered as HTTP says, and a blob without bytes is one too")
    func ranges() async throws {
        try await ServerTrial.run { trial in
            let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
            let caller = try await BlobCaller(trial, key, of: bytes)
            try trial.attach(caller.hash, size: bytes.count)
            for start in stride(from: 0, to: bytes.count, by: chunk) {
                _ = try await caller.put(start..<min(start + chunk, bytes.count))
            }
            let middle = try await caller.get("bytes=100-299999")
            #expect(middle.status == 206 && middle.body == Array(bytes[100..<300_000]))
            #expect(middle.headers["content-range"] == "bytes 100-299999/700000")
            #expect(try await caller.get("bytes=699999-").body == [bytes[699_999]])
            #expect(try await caller.get("bytes=699999-9999999").body == [bytes[699_999]])
            #expect(try await caller.get("bytes=5-3").body == bytes)
            let behind = try await caller.get("bytes=700000-")
            #expect(behind.status == 416 && behind.headers["content-range"] == "bytes */700000")
            let empty = try await BlobCaller(trial, key, of: [])
            try trial.attach(empty.hash, size: 0)
            #expect(try await empty.put(0..<0).isComplete)
            #expect(try await empty.get().body == [])
        }
    }
}

/// A device that asks about one blob.
struct BlobCaller: Sendable {
    let trial: ServerTrial
    let token: String
    let hash: BlobHash
    let bytes: [UInt8]

    var path: String { "/v1/blobs/\(hash)" }

    init(_ trial: ServerTrial, _ key: SigningKey, of bytes: [UInt8]) async throws {
        let token = try await trial.token(try await trial.enrolled(key), key)
        self.init(trial, token, of: bytes)
    }

    private init(_ trial: ServerTrial, _ token: String, of bytes: [UInt8]) {
        guard let hash = BlobHash(bytes: Hash.sha256(bytes)) else { preconditionFailure("SHA-256 has 32 bytes") }
        (self.trial, self.token, self.bytes, self.hash) = (trial, token, bytes, hash)
    }

    /// The same device, about another blob.
    func naming(_ bytes: [UInt8]) -> BlobCaller { BlobCaller(trial, token, of: bytes) }

    func look() async throws -> ServerTrial.Answer { try await trial.send("HEAD", path, token: token) }

    func put(_ range: Range<Int>, sending: [UInt8]? = nil, total: Int? = nil) async throws -> ServerTrial.Answer {
        let total = total ?? bytes.count
        let part = range.isEmpty ? "*" : "\(range.lowerBound)-\(range.upperBound - 1)"
        let headers = [("Content-Range", "bytes \(part)/\(total)")]
        let body = sending ?? Array(bytes[range])
        return try await trial.send("PUT", path, body: body, token: token, headers: headers)
    }

    func get(_ range: String? = nil) async throws -> ServerTrial.Answer {
        try await trial.send("GET", path, token: token, headers: range.map { [("Range", $0)] } ?? [])
    }

    /// What is answered about a blob that nobody ever spoke of.
    func missing() async throws -> ServerTrial.Answer {
        try await trial.send("GET", "/v1/blobs/" + String(repeating: "0", count: 64), token: token)
    }
}

extension ServerTrial.Answer {
    var offset: Int? { headers["upload-offset"].flatMap { Int($0) } }
    var isComplete: Bool { headers["upload-complete"] == "?1" }
}

extension ServerTrial {
    /// An attachment's record that HQ writes itself.
    @discardableResult
    func attach(_ hash: BlobHash, size: Int) throws -> RecordID {
        let id = node.store.environment.newRecordID()
        let values: [(String, Value)] = [
            ("subject", .reference(person)), ("sha256", .text(hash.description)), ("size", .integer(Int64(size))),
        ]
        let edits = values.compactMap { name, value in
            Catalogue.attachment.field(named: name).map { FieldEdit(tag: $0.tag, edit: .put(value)) }
        }
        let scope = FieldEdit(tag: .scope, edit: .put(.text("org")))
        let change = LocalChange(type: EntityTag.attachment, record: id, creates: true, edits: [scope] + edits)
        try node.store.write { try $0.commit([change], author: node.identity.record) }
        return id
    }

    func delete(_ record: RecordID) throws {
        try node.store.write { access in
            let known = try access.record(record)?.known ?? KnownDots()
            let edit = FieldEdit(tag: .deleted, edit: .put(.known(known)))
            let change = LocalChange(type: EntityTag.attachment, record: record, edits: [edit])
            try access.commit([change], author: node.identity.record)
        }
    }
}
