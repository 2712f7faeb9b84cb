import Foundation
import SyncCore
@testable import SyncStore
import SyncWire
import Testing

@Suite("Salvage: of a damaged device everything that was not sent is brought back")
struct SalvageTests {
    private let world: JournalWorld

    init() throws {
        world = try JournalWorld()
        try world.write(20, text: "sent")
        try world.deliver()
        try world.write(40, text: "unsent")
    }

    private func dump(_ path: String) throws -> String {
        let store = try Store(
            path: path, role: .device, environment: world.device.environment, creating: false, keys: world.keys)
        var lines = ""
        try store.read { try $0.dump { lines += $0 + "\n" } }
        try store.close()
        return lines
    }

    /// A folder for damaged copies, where writing is cheap.
    private static func folder() throws -> URL {
        let memory = URL(filePath: "/dev/shm")
        let isThere = FileManager.default.isWritableFile(atPath: memory.path)
        let folder = (isThere ? memory : FileManager.default.temporaryDirectory)
            .appending(path: "salvage-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test("Two hundred flipped bits: each is found, reads are refused or unchanged, and no unsent set is lost")
    func flips() throws {
        let hashes = Set(try world.unsent().map(\.hash))
        try world.device.close()
        let (whole, journal) = (
            try Data(contentsOf: URL(filePath: world.device.path)),
            try Data(contentsOf: URL(filePath: world.journalPath))
        )
        let before = try dump(world.device.path)
        let folder = try Self.folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "replica.db").path
        var random = Seeded(seed: 7)
        for round in 0..<200 {
            var changed = whole
            let bit = Int(random.next() % UInt64(whole.count * 8))
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
                try FileManager.default.removeItem(at: folder.appending(path: name))
            }
            try changed.write(to: URL(filePath: path))
            // Every other database has lost its journal, too.
            let hasJournal = round % 2 == 0
            if hasJournal { try journal.write(to: URL(filePath: path + "-unsent")) }
            let report = try PageReport(of: path, keys: world.keys)
            #expect(!report.isSound, "bit \(bit)")
            #expect(report.isHeadless || report.damaged.map(\.page) == [UInt32(bit / 8 / 4_096 + 1)], "bit \(bit)")
            let remains = try Remains(database: path, keys: world.keys)
            let found = Set(remains.unsent.map(\.hash))
            if hasJournal { #expect(found == hashes, "bit \(bit): \(hashes.count - found.count) are lost") }
            // Of one page alone: the rows that stood there.
            if !hasJournal && !report.isHeadless { #expect(hashes.subtracting(found).count < 20, "bit \(bit)") }
            let read = try? dump(path)
            #expect(read == nil || read == before, "bit \(bit)")
        }
    }

    @Test(
        "A fresh database has the enrolment, the numbers and the unsent sets, under their old id, and takes a new one")
    func whole() throws {
        try world.device.write { try $0.setMeta("enrolment", text: "here") }
        let replica = try world.replica
        let hashes = try world.unsent().map(\.hash)
        try world.device.close()
        let fresh = world.device.path + ".fresh"
        let outcome = try Salvage(
            of: world.device.path, keys: world.keys, environment: world.device.environment
        ).make(at: fresh)
        #expect(outcome.sets.rewritten == 0 && outcome.gone.isEmpty && outcome.unreadable.isEmpty)
        let store = try Store(
            path: fresh, role: .device, environment: world.device.environment, creating: false, keys: world.keys)
        #expect(try store.read { try $0.metaText("enrolment") } == "here")
        #expect(try store.read { try $0.unsentSets() }.map(\.hash) == hashes)
        #expect(try store.read { try $0.deviceReplica() } != replica)
        #expect(try store.read { try $0.newID()?.reason } == .salvaged)
        try world.world.push(store, to: world.hq)
        try world.world.pull(store, from: world.hq)
        #expect(try world.names(at: world.hq).count == 60)
        #expect(try world.names(at: store) == world.names(at: world.hq))
        #expect(try store.read { try $0.verify() }.faults == [])
        #expect(try store.read { try $0.receiptCounts() }.local == 0)
    }

    @Test("Where nothing says any more whose sets they are, those of an earlier id are not taken for unsent ones")
    func nameless() throws {
        let older = try world.unsent().count
        try world.world.push(world.device, to: world.hq)
        try world.device.write { try $0.takeNewID(because: .copied) }
        try world.world.set("account", world.accounts[0], on: world.device, ["industry": .text("mining")])
        let hashes = try world.unsent().map(\.hash)
        let file = try JournalFile(world.journalPath, keys: world.keys)
        let (content, mark) = (try file.content(), try file.mark())
        try world.device.close()
        var rows = try ReadableRows(PageImage(world.device.path, keys: world.keys))
        rows.replicas = [:]
        #expect(older > 2 && hashes.count == 1)
        let remains = Remains(rows, journal: content, mark: mark)
        #expect(remains.unsent.map(\.hash) == hashes)
        #expect(remains.gone.isEmpty)
        // Without a journal each that follows the beginning of a chain is found.
        #expect(Remains(rows, journal: nil, mark: nil).unsent.contains { $0.hash == hashes[0] })
    }

    @Test("Behind a gap sets are written again under a new id, and the one that is gone is named")
    func gap() throws {
        let missing = try world.unsent()[10]
        try world.device.close()
        var rows = try ReadableRows(PageImage(world.device.path, keys: world.keys))
        rows.entries.removeAll { $0.set.hash == missing.hash }
        var journal = try world.content()
        journal.records.removeAll { if case .set(let set) = $0 { set.hash == missing.hash } else { false } }
        let remains = Remains(rows, journal: journal, mark: nil)
        let fresh = world.device.path + ".fresh"
        let outcome = try Salvage(remains, keys: world.keys, environment: world.device.environment).make(at: fresh)
        #expect(outcome.gone.map(\.seq) == [missing.seq])
        #expect(outcome.sets.rewritten == 29)
        let store = try Store(
            path: fresh, role: .device, environment: world.device.environment, creating: false, keys: world.keys)
        try world.world.push(store, to: world.hq)
        #expect(try world.names(at: world.hq).count == 59)
        #expect(try world.hq.read { try $0.verify() }.faults == [])
    }

    @Test("Of the journal alone: a change to a record that only nodes have shows as soon as one tells of it")
    func withoutBase() throws {
        let account = world.accounts[0]
        try world.world.set("account", account, on: world.device, ["industry": .text("mining")])
        let (hashes, remains) = (
            try world.unsent().map(\.hash), Remains(nil, journal: try world.content(), mark: nil)
        )
        try world.device.close()
        let fresh = world.device.path + ".fresh"
        _ = try Salvage(remains, keys: world.keys, environment: world.device.environment).make(at: fresh)
        let store = try Store(
            path: fresh, role: .device, environment: world.device.environment, creating: false, keys: world.keys)
        #expect(try store.read { try $0.unsentSets() }.map(\.hash) == hashes)
        #expect(try store.read { try $0.state(of: account) } == nil)
        try world.world.pull(store, from: world.hq)
        let industry = try store.read { try $0.state(of: account) }?[tag("account", "industry")]
        #expect(industry?.distinctValues == [.text("mining")], "it is not shown over what the node told")
    }
}
