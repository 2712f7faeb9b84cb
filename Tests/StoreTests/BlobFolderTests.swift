import Foundation
import SyncStore
import SyncWire
import Testing

@Suite("Attachments: the folder")
struct BlobFolderTests {
    private let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }

    private func append(
        _ world: BlobWorld, _ range: Range<Int>, sending: [UInt8]? = nil, of hash: BlobHash? = nil, total: Int = 1000,
        from peer: String = "a"
    ) throws -> BlobAppend {
        let part = try #require(BlobPart(offset: Int64(range.lowerBound), count: range.count, total: Int64(total)))
        let hash = hash ?? BlobWorld.hash(bytes)
        return try world.blobs.append(sending ?? Array(bytes[range]), part, of: hash, from: peer, stage: .hq)
    }

    @Test("Parts make the whole, overlapping or again; it is kept under its name, and what is known of it with it")
    func parts() throws {
        let world = try BlobWorld()
        let hash = BlobWorld.hash(bytes)
        #expect(try append(world, 0..<400) == .more(offset: 400))
        #expect(try append(world, 0..<400) == .more(offset: 400))
        #expect(try append(world, 100..<600) == .more(offset: 600))
        #expect(try append(world, 700..<1000) == .gap(offset: 600))
        #expect(world.blobs.folder.held(hash, from: "a") == 600)
        #expect(try append(world, 600..<1000) == .complete)
        #expect(try append(world, 0..<400) == .complete)
        #expect(try world.blobs.folder.read(hash, at: 0, count: 2000) == bytes)
        #expect(try world.store.read { try $0.blob(hash) }?.stage == .hq)
        #expect(world.blobs.folder.partCount(from: "a") == 0)
        #expect(try world.isHere(hash) && world.blobs.verify(hash))
    }

    @Test("What differs from what came before begins anew, and what is not what its name says is dropped")
    func wrong() throws {
        let world = try BlobWorld()
        #expect(try append(world, 0..<400) == .more(offset: 400))
        #expect(try append(world, 300..<500, sending: [UInt8](repeating: 0, count: 200)) == .gap(offset: 0))
        #expect(try append(world, 0..<400) == .more(offset: 400))
        // Another whole than was spoken of before, shorter than what is here.
        #expect(try append(world, 0..<300, total: 300) == .gap(offset: 0))
        let other = BlobWorld.hash([1])
        #expect(try append(world, 0..<1000, of: other) == .wrong)
        #expect(world.blobs.folder.held(other, from: "a") == 0)
        #expect(try !world.isHere(other) && append(world, 0..<1000) == .complete)
    }

    @Test("Nobody's parts are anybody else's")
    func peers() throws {
        let world = try BlobWorld()
        #expect(try append(world, 0..<400, sending: [UInt8](repeating: 0, count: 400)) == .more(offset: 400))
        #expect(try append(world, 0..<1000, from: "b") == .complete)
        #expect(try append(world, 400..<1000) == .complete)
    }

    @Test("A file is copied in and out; a folder, a missing one and one that is too large are not")
    func copies() throws {
        let world = try BlobWorld()
        let source = try world.file("a", bytes)
        let (hash, size) = try world.blobs.add(copyOf: source)
        #expect(hash == BlobWorld.hash(bytes) && size == 1000)
        try FileManager.default.removeItem(atPath: source)
        try world.blobs.folder.copy(hash, to: world.path("b"))
        #expect(FileManager.default.contents(atPath: world.path("b")) == Data(bytes))
        #expect(throws: BlobFileExists.self) { try world.blobs.folder.copy(hash, to: world.path("b")) }
        #expect(throws: StoreFailure.missing(path: source)) { try world.blobs.add(copyOf: source) }
        let long = try world.file("long", [])
        #expect(truncate(long, off_t(Limits.blobBytesMax) + 1) == 0)
        #expect(throws: BlobTooLarge.self) { try world.blobs.add(copyOf: long) }
        let left = try FileManager.default.contentsOfDirectory(atPath: world.blobs.folder.path)
        #expect(left == [String(hash.description.prefix(2))])
    }

    @Test("Damage is found; damaged bytes leave only when they are elsewhere too")
    func damage() throws {
        let world = try BlobWorld()
        let (only, copied) = (try world.add([1, 2, 3]), try world.sent([4, 5, 6]))
        for hash in [only, copied] {
            try Data([9, 9, 9]).write(to: URL(filePath: world.blobs.folder.file(hash)))
            #expect(try !world.blobs.verify(hash))
        }
        #expect(try world.isHere(only) && !world.isHere(copied))
    }

    @Test("Parts of requests and answers are read as RFC 9110 says")
    func ranges() {
        #expect(BlobPart(contentRange: "bytes 0-9/10").map { [$0.offset, Int64($0.count), $0.total] } == [0, 10, 10])
        #expect(BlobPart(contentRange: "bytes */0")?.contentRange == "bytes */0")
        for header in ["bytes */1", "bytes 0-10/10", "bytes 5-4/10", "bytes +1-2/10", "bytes 0-9/*", "0-9/10"] {
            #expect(BlobPart(contentRange: header) == nil, "\(header)")
        }
        let max = "\(Int64.max)"
        #expect(BlobRange("bytes=0-\(max)", total: 10) == BlobRange("bytes=0-", total: 10))
        #expect(BlobRange("bytes=\(max)-", total: 10) == .unsatisfiable)
        for header in [nil, "bytes=-5", "bytes=2-1", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b"] {
            #expect(BlobRange(header, total: 10) == .whole)
        }
    }
}
