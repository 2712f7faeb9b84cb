import Foundation
import SyncCore
@testable import SyncStore
import SyncWire
import Testing

@Suite(
    "Journal: a device's unsent change sets stand a second time beside its database, and tell a copy from the original")
struct JournalTests {
    private let world: JournalWorld

    init() throws { world = try JournalWorld() }

    @Test("What is acknowledged is in the journal, sealed, and goes with the receipt of a node")
    func kept() throws {
        try world.write(3, text: "CANARY")
        #expect(try world.content().sets.map(\.hash) == world.unsent().map(\.hash))
        #expect(try world.content().sets.count == 3)
        let bytes = try Data(contentsOf: URL(filePath: world.journalPath))
        #expect(bytes.range(of: Data("CANARY".utf8)) == nil)
        try world.deliver()
        #expect(try world.content().sets.isEmpty)
        try world.write(1)
        #expect(try world.content().sets.map(\.seq) == [4])
    }

    @Test("A set that is stamped anew before it leaves is in the journal as it leaves")
    func stamped() throws {
        try world.write(2)
        try world.device.write { try $0.seal(measuredOffset: 3_600_000) }
        #expect(try world.content().sets.map(\.hash) == world.unsent().map(\.hash))
    }

    @Test("A transaction that fails leaves nothing in it")
    func failed() throws {
        struct Stop: Error {}
        try world.write(1)
        let before = try Data(contentsOf: URL(filePath: world.journalPath))
        #expect(throws: Stop.self) {
            try world.device.write { access in
                _ = try access.commit(
                    [LocalChange(type: 1, record: access.environment.newRecordID(), creates: true, edits: [])],
                    author: world.world.person)
                throw Stop()
            }
        }
        #expect(try Data(contentsOf: URL(filePath: world.journalPath)) == before)
    }

    @Test("A crash between the journal and the database: the set is there when the database is opened again")
    func crashed() throws {
        try world.write(1)
        let (files, replica) = (try world.setAside([""]), try world.replica)
        try world.write(1)
        try world.putBack(files, inPlace: true)
        #expect(try world.unsent().map(\.seq) == [1, 2])
        #expect(try world.replica == replica)
        #expect(try world.device.read { try $0.newID() } == nil)
        try world.deliver()
        #expect(try world.names(at: world.hq) == ["work 0", "work 1"])
    }

    @Test(
        "Sets that were stamped anew, of which the power left only the database, are there once and under the same id")
    func stampedAndCut() throws {
        try world.write(3)
        let (files, replica) = (try world.setAside(["-unsent"]), try world.replica)
        try world.device.write { try $0.seal(measuredOffset: 3_600_000) }
        try world.putBack(files, inPlace: true)
        #expect(try world.unsent().map(\.seq) == [1, 2, 3])
        #expect(try world.replica == replica)
        #expect(try world.device.read { try $0.newID() } == nil)
        #expect(try world.content().sets.map(\.hash) == world.unsent().map(\.hash))
    }

    @Test("Sets that were to be written again under another id, which was not committed, are there once")
    func reauthoredAndCut() throws {
        try world.write(2)
        let (files, replica) = (try world.setAside([""]), try #require(try world.replica))
        try world.device.write { try $0.reauthor(replica, from: nil) }
        try world.putBack(files, inPlace: true)
        #expect(try world.unsent().map(\.replica) == [replica, replica])
        try world.deliver()
        #expect(try world.names(at: world.hq) == ["work 0", "work 1"])
    }

    @Test("A database of an earlier day gets its unsent sets from the journal, and a new id", arguments: [true, false])
    func setBack(inPlace: Bool) throws {
        try world.write(2)
        let (files, replica) = (try world.setAside([""]), try world.replica)
        try world.deliver()
        try world.write(3, text: "later")
        try world.putBack(files, inPlace: inPlace)
        #expect(try world.replica != replica)
        #expect(try world.device.read { try $0.newID()?.reason } == .setBack)
        try world.write(1, text: "new")
        try world.deliver()
        #expect(try world.names(at: world.hq) == ["work 0", "work 1", "later 2", "later 3", "later 4", "new 5"])
        #expect(try world.device.read { try $0.verify() }.faults == [])
    }

    @Test("A copy of all files takes a new id before it writes, whichever way it was made")
    func copied() throws {
        try world.write(2)
        let (files, replica) = (try world.setAside(), try world.replica)
        try world.deliver()
        try world.write(1, text: "original")
        let kept = try world.setAside()
        try world.putBack(files, inPlace: false)
        let copy = try world.replica
        #expect(copy != replica)
        #expect(try world.device.read { try $0.newID()?.reason } == .copied)
        try world.write(1, text: "copy")
        try world.deliver()
        try world.putBack(kept, inPlace: true)
        #expect(try world.replica != copy)
        try world.deliver()
        #expect(try world.names(at: world.hq) == ["work 0", "work 1", "original 2", "copy 3"])
    }

    @Test("A database that was copied without its journal takes a new id; one that never had a journal does not")
    func without() throws {
        let replica = try world.replica
        try FileManager.default.removeItem(atPath: world.journalPath)
        try world.reopen()
        #expect(try world.replica != replica)
        let now = try world.replica
        try world.device.write { try $0.setMeta(MetaKey.journal, nil) }
        try FileManager.default.removeItem(atPath: world.journalPath)
        try world.reopen()
        #expect(try world.replica == now)
    }

    @Test("Behind a damaged record the others are found, and a damaged mark hides none")
    func damaged() throws {
        try world.write(5)
        let whole = try Data(contentsOf: URL(filePath: world.journalPath))
        let (records, seqs) = (try world.content().records.count, try world.content().sets.map(\.seq))
        for (at, lost) in [(520, 0), (4_100, 1), (whole.count - 1, 0), (4_096, 1)] {
            var changed = whole
            changed[at] ^= 1
            try changed.write(to: URL(filePath: world.journalPath))
            let content = try world.content()
            #expect(content.records.count == records - lost && content.sets.map(\.seq) == seqs, "byte \(at)")
            #expect(try world.content().damagedAt.isEmpty == (lost == 0 && at == 520), "byte \(at)")
        }
        try whole.write(to: URL(filePath: world.journalPath))
    }

    @Test("It is sealed anew with the database, and old keys open neither")
    func rotated() throws {
        try world.write(2)
        try world.device.close()
        let rotated = world.keys.rotated(to: .random())
        try KeyRotation(database: world.device.path, keys: rotated, environment: world.device.environment).run()
        let content = try JournalFile(world.journalPath, keys: DataKeys(rotated.current)).content()
        #expect(content.sets.count == 2 && content.damagedAt.isEmpty)
        #expect(try JournalFile(world.journalPath, keys: world.keys).content().records.isEmpty)
    }
}
