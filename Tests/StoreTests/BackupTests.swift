import FieldModel
import Foundation
import GRDB
import SyncCore
@testable import SyncStore
import SyncWire
import Testing

@Suite("Backups: any second comes back, byte for byte what was committed")
struct BackupTests {
    fileprivate let world: StoreWorld
    fileprivate let hq: Store
    fileprivate let folder: BackupFolder

    init() throws {
        world = try StoreWorld(keys: DataKeys(.random()))
        hq = try world.hq()
        folder = BackupFolder(world.directory.appending(path: "backup").path)
    }

    @discardableResult
    private func backup(of store: Store? = nil, keepDays: Int64 = 30) throws -> BackupReport {
        try Backup(store ?? hq, into: folder, node: ("hq", "HQ"), keepSeconds: keepDays * 86_400).run(keys: nil)
    }

    /// Restores a second, and dumps what is there.
    private func restored(_ second: Int64?, name: String = UUID().uuidString) throws -> String {
        let path = world.directory.appending(path: name).path
        _ = try RestoredDatabase(from: folder, environment: hq.environment, keys: world.keys)
            .make(at: path, second: second)
        return try Self.dump(
            Store(path: path, role: .hq, environment: hq.environment, creating: false, keys: world.keys))
    }

    private static func dump(_ store: Store) throws -> String {
        var lines = ""
        try store.read { try $0.dump { lines += $0 + "\n" } }
        return lines
    }

    private var second: Int64 { world.clock.milliseconds / 1000 }

    private func nextSecond() { world.clock.advance(1_000 - world.clock.milliseconds % 1_000) }

    private func draft(_ name: String) -> LocalChange {
        LocalChange(
            type: typeTag("account"), record: hq.environment.newRecordID(), creates: true,
            edits: [.put("org", at: .scope), .put(name, at: tag("account", "name"))])
    }

    /// Writes for a while; what was there at the end of every second.
    private func write(seconds: Int, records: Int = 2, bytes: Int = 10) throws -> [Int64: String] {
        var dumps: [Int64: String] = [:]
        for round in 0..<seconds {
            nextSecond()
            for number in 0..<records {
                try world.create(
                    "account", on: hq, ["name": .text("\(round) \(number)" + String(repeating: "x", count: bytes))])
            }
            dumps[second] = try Self.dump(hq)
        }
        return dumps
    }

    @Test("Every second between backups comes back, whole and checked")
    func everySecond() throws {
        #expect(try backup().isNewBase)
        let start = second
        let earliest = try Self.dump(hq)
        let first = try write(seconds: 2)
        #expect(try !backup().isNewBase)
        let later = try write(seconds: 2)
        try backup()
        for (second, dump) in first.merging(later, uniquingKeysWith: { $1 }) {
            #expect(try restored(second) == dump, "\(second - start) s after the base")
        }
        #expect(try restored(start) == earliest)
        #expect(try restored(nil) == Self.dump(hq))
        #expect(throws: BackupRefusal.tooEarly(start)) { try restored(start - 1) }
    }

    @Test("The log is taken into the database and begun anew many times, and nothing of it is missed")
    func manyRounds() throws {
        try backup()
        var dumps: [Int64: String] = [:]
        for _ in 0..<2 { dumps.merge(try write(seconds: 1, records: 25, bytes: 60_000)) { $1 } }
        #expect(try Self.logGenerations(of: hq) > 1, "the log was never begun anew")
        try backup()
        for (second, dump) in dumps { #expect(try restored(second) == dump) }
    }

    /// How many times the log was begun: its header counts.
    private static func logGenerations(of store: Store) throws -> Int {
        let file = try #require(FileHandle(forReadingAtPath: store.path + "-wal"))
        let header = try #require(try file.read(upToCount: 16))
        return header.suffix(4).reduce(0) { $0 << 8 | Int($1) } + 1
    }

    @Test("A transaction longer than a piece comes back whole or not at all")
    func longTransaction() throws {
        try backup()
        let before = try Self.dump(hq)
        let start = second
        world.clock.advance(20_000)
        let name = String(repeating: "x", count: 60_000)
        try hq.write { access in
            for number in 0..<70 {
                try access.commit([draft("\(number) \(name)")], author: world.headquarters)
            }
        }
        let pieces = try #require(try hq.rotateArchive()).segments.flatMap { path in
            var pieces: [ArchivePiece] = []
            _ = try ArchiveSegment.read(path, hq.file.key) { pieces.append($0) }
            return pieces
        }
        #expect(pieces.count { $0.databasePages == 0 } >= 1, "the transaction was not long")
        try backup()
        #expect(try restored(start + 19) == before)
        #expect(try restored(second) == Self.dump(hq))
    }

    @Test("A process that is killed, and one that ends, leave nothing out")
    func reopened() throws {
        try backup()
        let dumps = try write(seconds: 2)
        // A second store on the same files, while the first one never closes: as after a kill.
        for number in 0..<3 {
            let again = try Store(
                path: hq.path, role: .hq, environment: hq.environment, creating: false, keys: world.keys)
            nextSecond()
            try again.write { try $0.commit([draft("again \(number)")], author: world.headquarters) }
            try again.close()
        }
        let last = try Store(path: hq.path, role: .hq, environment: hq.environment, creating: false, keys: world.keys)
        #expect(try !backup(of: last).isNewBase)
        for (second, dump) in dumps { #expect(try restored(second) == dump) }
        #expect(try restored(nil) == Self.dump(last))
    }

    @Test(
        "Processes that are killed one after the other, each within the second of its first write, leave nothing out",
        arguments: 1...3)
    func killedEarly(times: Int) throws {
        try backup()
        // Of many pages, which nobody writes again.
        let long = String(repeating: "x", count: 30_000)
        try hq.write { try $0.commit((0..<20).map { draft("first \($0) \(long)") }, author: world.headquarters) }
        var killed: [Store] = []
        for number in 0..<times {
            let again = try Store(
                path: hq.path, role: .hq, environment: hq.environment, creating: false, keys: world.keys)
            try again.write { try $0.commit([draft("again \(number)")], author: world.headquarters) }
            killed.append(again)
        }
        let last = try Store(path: hq.path, role: .hq, environment: hq.environment, creating: false, keys: world.keys)
        #expect(try !backup(of: last).isNewBase)
        #expect(try restored(nil) == Self.dump(last))
        withExtendedLifetime(killed) {}
    }

    @Test("Who works on the database past the store breaks the series, and the next backup begins anew")
    func foreignWriter() throws {
        try backup()
        _ = try write(seconds: 1)
        try hq.close()
        let queue = try DatabaseQueue(path: hq.file.location)
        try queue.write { try $0.execute(sql: "INSERT INTO meta (key, value) VALUES ('foreign', x'00')") }
        _ = try queue.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        try queue.close()
        let again = try Store(path: hq.path, role: .hq, environment: hq.environment, creating: false, keys: world.keys)
        try again.write { try $0.setMeta("own", integer: 1) }
        #expect(try backup(of: again).isNewBase)
        #expect(try restored(nil) == Self.dump(again))
    }

    @Test("Of two copies that were made in one second the later is gone on from")
    func copiesOfOneSecond() throws {
        try backup()
        try hq.close()
        try FileManager.default.removeItem(atPath: PageArchive.folder(beside: hq.path))
        let again = try Store(path: hq.path, role: .hq, environment: hq.environment, creating: false, keys: world.keys)
        try again.write { try $0.commit([draft("later")], author: world.headquarters) }
        #expect(try backup(of: again).isNewBase)
        #expect(try restored(nil) == Self.dump(again))
    }

    @Test("What is older than must be kept is removed, and everything younger stays within reach")
    func retention() throws {
        try backup(keepDays: 1)
        let start = second
        for _ in 0..<4 {
            world.clock.advance(3 * 86_400_000)
            try world.create("account", on: hq, ["name": "daily"])
            try backup(keepDays: 1)
        }
        let manifest = try #require(try folder.manifest())
        #expect(manifest.bases.count == 1 && manifest.bases[0].second > start)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let named = manifest.bases.map(\.file) + manifest.segments.map(\.file)
        #expect(Set(files) == Set(named + ["manifest.json", "lock", "people.db"]))
        #expect(try restored(second - 86_400).isEmpty == false)
    }

    enum Harm: CaseIterable, CustomTestStringConvertible {
        case base, segment, segmentGone, manifest
        var testDescription: String { "\(self)" }
    }

    @Test("A backup that was damaged is refused with the name of its file", arguments: Harm.allCases)
    func damaged(harm: Harm) throws {
        try backup()
        _ = try write(seconds: 3)
        try backup()
        _ = try write(seconds: 3)
        try backup()
        let manifest = try #require(try folder.manifest())
        let name =
            switch harm {
            case .base: manifest.bases[0].file
            case .segment, .segmentGone: manifest.segments[1].file
            case .manifest: "manifest.json"
            }
        let path = folder.path + "/" + name
        if harm == .segmentGone { try FileManager.default.removeItem(atPath: path) } else { try Self.flip(path) }
        do {
            _ = try restored(nil)
            Issue.record("it was taken")
        } catch StoreFailure.integrity(let sentence) {
            #expect(sentence.contains(name))
        }
    }

    /// Changes one bit in the middle of a file.
    private static func flip(_ path: String) throws {
        var bytes = try Data(contentsOf: URL(filePath: path))
        bytes[bytes.count / 2] ^= 4
        try bytes.write(to: URL(filePath: path))
    }

    @Test("A folder is one node's; another's, or one with other things in it, is left alone")
    func refusals() throws {
        try backup()
        #expect(throws: BackupRefusal.ofAnotherNode(folder.path, "HQ")) {
            try Backup(hq, into: folder, node: ("perth", "Perth"), keepSeconds: 86_400).run(keys: nil)
        }
        let other = BackupFolder(world.directory.path)
        #expect(throws: BackupRefusal.notEmpty(other.path)) {
            try Backup(hq, into: other, node: ("hq", "HQ"), keepSeconds: 86_400).run(keys: nil)
        }
        #expect(throws: BackupRefusal.noBackup("/nowhere")) {
            try RestoredDatabase(from: BackupFolder("/nowhere"), environment: hq.environment, keys: nil)
                .make(at: "/nowhere/db", second: nil)
        }
    }
}

extension BackupTests {
    @Test("Attachments are copied once, kept as long as a restore may ask for them, and checked by their names")
    func attachments() throws {
        let node = BlobFolder(world.directory.appending(path: "blobs").path, keys: world.keys)
        func attach(_ text: String) throws -> BlobHash {
            let source = world.directory.appending(path: "source")
            try Data(text.utf8).write(to: source)
            return try node.add(copyOf: source.path, unique: 1).0
        }
        func backup() throws -> Int {
            try Backup(hq, into: folder, node: ("hq", "HQ"), blobs: node, keepSeconds: 86_400).run(keys: nil).bytes
        }
        let (stays, goes) = (try attach("stays"), try attach("goes"))
        _ = try backup()
        try node.remove(goes)
        world.clock.advance(3_600_000)
        _ = try backup()
        let kept = BlobFolder(folder.path + "/blobs", keys: world.keys)
        #expect(kept.size(stays) == 5 && kept.size(goes) == 4, "a restore may still ask for it")
        world.clock.advance(2 * 86_400_000)
        _ = try backup()
        #expect(kept.size(stays) == 5 && kept.size(goes) == nil)
        let damaged = try attach("damaged")
        _ = try backup()
        try Data("damagee".utf8).write(to: URL(filePath: kept.file(damaged)))
        let restored = BlobFolder(world.directory.appending(path: "restored").path, keys: world.keys)
        let counts = try RestoredDatabase(from: folder, environment: hq.environment, keys: world.keys)
            .restoreBlobs(to: restored)
        #expect(counts == (1, 1))
        #expect(try restored.verify(stays))
        #expect(restored.size(damaged) == nil)
    }
}
