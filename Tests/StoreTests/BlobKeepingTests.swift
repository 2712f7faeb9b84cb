import FieldModel
import Foundation
import GRDB
import SyncCore
import SyncStore
import SyncWire
import Testing

@Suite("Attachments: what is kept, sent and fetched")
struct BlobKeepingTests {
    @Test("Beyond the quota what was not used for longest leaves, but never the only copy, nor what is pinned")
    func eviction() throws {
        let world = try BlobWorld()
        let only = try world.add([0, 0, 0, 0])
        try world.name(only, size: 4)
        let hashes = try (1...4).map { try world.sent([UInt8]($0...$0 + 3)) }
        try world.store.write { access in
            try access.noteBlob(used: hashes[0])
            try access.pinBlob(hashes[1], size: 4, true)
        }
        func keep(_ quota: Int64, for bytes: Int64 = 0) throws -> [Bool] {
            try world.store.write { access in
                var settings = try access.blobSettings()
                settings.quotaBytes = quota
                try access.set(settings)
            }
            try world.blobs.makeRoom(for: bytes, keeping: nil)
            return try ([only] + hashes).map(world.isHere)
        }
        #expect(try keep(20) == [true, true, true, true, true])
        #expect(try keep(16) == [true, true, true, false, true])
        #expect(try keep(16, for: 4) == [true, true, true, false, false])
        #expect(try keep(0) == [true, false, true, false, false])
        #expect(try !world.blobs.makeRoom(for: 0, keeping: nil))
        // Put back from a copy, the branch may not have it any more.
        try world.store.write { access in
            try access.forgetBlobStages()
            try access.pinBlob(hashes[1], size: 4, false)
        }
        #expect(try keep(0) == [true, false, true, false, false])
        #expect(try BlobWorld(.hq).store.read { try $0.blobSettings().quotaBytes } == nil)
    }

    @Test("What no record names goes after a time of grace, and stays when one names it again")
    func garbage() throws {
        let world = try BlobWorld(.hq)
        let (named, orphan, lost) = (try world.add([1]), try world.add([2]), try world.add([3]))
        try world.name(named, size: 1)
        let record = try world.name(lost, size: 1)
        try world.sweep()
        world.world.clock.advance(BlobLimits.graceMilliseconds / 2)
        try world.world.delete("attachment", record, on: world.store)
        try world.sweep()
        #expect(try [named, orphan, lost].map(world.isHere) == [true, true, true])
        world.world.clock.advance(BlobLimits.graceMilliseconds / 2)
        try world.sweep()
        #expect(try [named, orphan, lost].map(world.isHere) == [true, false, true])
        try world.name(lost, size: 1)
        try world.sweep()
        world.world.clock.advance(BlobLimits.graceMilliseconds * 2)
        try world.sweep()
        #expect(try [named, orphan, lost].map(world.isHere) == [true, false, true])
    }

    @Test("While a refused set waits for its author, his device collects nothing")
    func refused() throws {
        let world = try BlobWorld()
        let hq = try world.world.hq(roles: ["auditor"])
        try world.world.pull(world.store, from: hq)
        let hash = try world.add([1])
        try world.name(hash, size: 1)
        try world.world.exchange(world.store, with: hq)
        #expect(try world.store.read { try $0.references(to: hash).isEmpty && $0.statusCounts().rejected == 1 })
        try world.sweep()
        world.world.clock.advance(BlobLimits.graceMilliseconds + 1)
        try world.sweep()
        #expect(try world.isHere(hash))
    }

    @Test(
        "A sweep puts right what a crash left: a file without a row, a row without a file, a part that nobody goes on with"
    )
    func crash() throws {
        let world = try BlobWorld(.hq)
        let (whole, gone) = (BlobWorld.hash([1, 2]), try world.add([3]))
        let other = Blobs(try world.world.store(.hq, seed: 9), folder: world.blobs.folder.path)
        _ = try other.add(copyOf: world.file("b", [1, 2]))
        try world.name(whole, size: 2)
        try world.name(gone, size: 1)
        try FileManager.default.removeItem(atPath: world.blobs.folder.file(gone))
        let part = try #require(BlobPart(offset: 0, count: 1, total: 2))
        _ = try world.blobs.append([1], part, of: BlobWorld.hash([1, 9]), from: "a", stage: .local)
        world.world.clock.advance(Int64(Date().timeIntervalSince1970 * 1000) - world.world.clock.milliseconds)
        try world.sweep()
        #expect(try world.isHere(whole) && !world.isHere(gone))
        #expect(world.blobs.folder.partCount(from: "a") == 1)
        world.world.clock.advance(BlobLimits.partMilliseconds + 60_000)
        try world.sweep()
        #expect(world.blobs.folder.partCount(from: "a") == 0)
    }

    @Test("What is unsent goes small ones first; what was refused waits longer every time, and does not hold up others")
    func queue() throws {
        let world = try BlobWorld()
        let (large, small) = (try world.add([1, 2, 3]), try world.add([1]))
        func unsent(all: Bool = false) throws -> [BlobHash] {
            try world.store.read { try $0.unsentBlobs(all: all).map(\.hash) }
        }
        #expect(try unsent().isEmpty)
        try world.name(large, size: 3)
        try world.name(small, size: 1)
        #expect(try unsent() == [small, large])
        for tries in 1...3 {
            try world.store.write { try $0.noteBlob(tried: small, size: 1) }
            #expect(try unsent() == [large])
            #expect(try unsent(all: true) == [large, small])
            world.world.clock.advance(BlobLimits.retryMilliseconds << tries)
            #expect(try unsent() == [large, small])
        }
        try world.store.write { try $0.noteBlob(large, stage: .branch) }
        #expect(try unsent() == [small])
        #expect(try world.store.read { try $0.blobsBelowHQ(all: false, limit: 9).map(\.hash) } == [large])
        #expect(try world.store.read { try $0.unsentBlobCount() } == (1, 1))
        // However often it was refused.
        for _ in 0..<20 { try world.store.write { try $0.noteBlob(tried: small, size: 1) } }
        let longest = BlobLimits.retryMilliseconds << Int64(BlobLimits.retryDoublingsMax)
        world.world.clock.advance(longest / 2)
        #expect(try unsent() == [])
        world.world.clock.advance(longest / 2)
        #expect(try unsent() == [small])
    }

    @Test(
        "Assigned is what belongs to my open orders: the order, its visits, machine, site and request; pinned is wanted too"
    )
    func assigned() throws {
        let world = try BlobWorld(.hq)
        let (store, me) = (world.store, world.world.person)
        let asset = try world.world.create("asset", on: store, ["serial": "A"])
        let site = try world.world.create("site", on: store, ["name": "S"])
        let order = try world.world.create(
            "work_order", on: store,
            ["asset": .reference(asset), "site": .reference(site), "assignees": .reference(me)])
        let visit = try world.world.create("visit", on: store, ["order": .reference(order)])
        let foreign = try world.world.create("work_order", on: store, ["asset": .reference(asset)])
        let subjects = [asset, site, order, visit, foreign, me]
        let hashes = subjects.indices.map { BlobWorld.hash([UInt8($0)]) }
        for (subject, hash) in zip(subjects, hashes) { try world.name(hash, size: 1, subject: subject) }
        func assigned() throws -> Set<BlobHash> { Set(try store.read { try $0.assignedBlobs(to: me).map(\.hash) }) }
        #expect(try assigned() == Set(hashes[..<4]))
        try world.add([0])
        #expect(try assigned() == Set(hashes[1..<4]))
        try world.world.create(
            "work_event", on: store, ["order": .reference(order), "kind": .text("cancelled")])
        #expect(try assigned().isEmpty)
        #expect(try store.read { try $0.wantedBlobs().isEmpty })
        try store.write { access in
            try access.pinBlob(hashes[4], size: 1, true)
            try access.noteBlob(wanted: hashes[5], size: 1)
        }
        #expect(try Set(store.read { try $0.wantedBlobs().map(\.hash) }) == Set(hashes[4...]))
        world.world.clock.advance(BlobLimits.wantedMilliseconds)
        #expect(try store.read { try $0.wantedBlobs().map(\.hash) } == [hashes[4]])
    }

    @Test("Attachments that an earlier version kept without knowing them are found by this one")
    func adoption() throws {
        let world = try BlobWorld(.hq)
        let hash = BlobWorld.hash([1])
        let id = try world.name(hash, size: 1)
        let dump = try world.world.summaries(world.store)
        try world.world.letEverybodyRead(world.store)
        let page = try world.store.read {
            try $0.page(for: world.world.everybody, after: nil, cursor: nil, bytesMax: 1_000_000)
        }
        let state = try #require(page?.states.first { try RecordStateCodec.decode($0).id == id })
        try world.store.close()
        let database = try DatabaseQueue(path: world.store.path)
        try database.write { db in
            try db.execute(
                sql: """
                    INSERT INTO unknown_record (id, type, scope, position, deleted, hash, state)
                    SELECT id, 16, scope, position, deleted, hash, ? FROM attachment;
                    """, arguments: [Data(state)])
            try db.execute(
                sql: """
                    DROP TABLE attachment; DROP TABLE blob;
                    DELETE FROM grdb_migrations WHERE identifier LIKE '% attachments';
                    DELETE FROM tally WHERE name = 'attachment';
                    UPDATE tally SET rows = rows + 1 WHERE name = 'unknown_record';
                    """)
        }
        try database.close()
        let environment = world.store.environment
        let store = try Store(path: world.store.path, role: .hq, environment: environment, creating: false)
        #expect(try store.read { try $0.references(to: hash).map(\.record) } == [id])
        #expect(try world.world.summaries(store) == dump)
        #expect(try store.read { try $0.verify() }.faults.isEmpty)
    }
}
