import FieldModel
import Foundation
import GRDB
import SyncCore
@testable import SyncStore
import SyncWire
import Testing

@Suite("Sealed stores: nothing readable is on the disk, and only the right key reads it")
struct SealedStoreTests {
    private static let canary = "CANARY 压缩机 4711"

    private let keys = DataKeys(.random())
    private let world: StoreWorld
    private let hq: Store

    init() throws {
        world = try StoreWorld(keys: keys)
        hq = try world.hq()
    }

    private func write(_ text: String = canary, on store: Store) throws {
        try world.create("account", on: store, ["name": .text(text)])
    }

    private static func dump(_ store: Store) throws -> String {
        var lines = ""
        try store.read { try $0.dump { lines += $0 + "\n" } }
        return lines
    }

    private func reopened(_ keys: DataKeys?, _ store: Store? = nil) throws -> Store {
        let store = store ?? hq
        return try Store(
            path: store.path, role: store.role, environment: store.environment, creating: false, keys: keys)
    }

    /// The files in which a text is found.
    private static func files(with text: String, in folder: URL) throws -> [String] {
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            let content = FileManager.default.contents(atPath: folder.path + "/" + name) ?? Data()
            return content.range(of: Data(text.utf8)) != nil
        }
    }

    @Test("What was written is in no file: not in the log, the archive, the attachments nor the backup")
    func canaries() throws {
        let folder = BackupFolder(world.directory.appending(path: "backup").path)
        let blobs = Blobs(hq)
        let source = FileManager.default.temporaryDirectory.appending(path: "canary-\(UUID().uuidString)")
        try Data(Self.canary.utf8).write(to: source)
        defer { try? FileManager.default.removeItem(at: source) }
        func backup() throws {
            _ = try Backup(hq, into: folder, node: ("hq", "HQ"), blobs: blobs.folder, keepSeconds: 86_400)
                .run(keys: nil)
        }
        _ = try blobs.add(copyOf: source.path)
        try backup()
        for _ in 0..<3 {
            world.clock.advance(1_000)
            try write(on: hq)
        }
        try backup()
        let names = FileManager.default.enumerator(atPath: world.directory.path)?.compactMap { $0 as? String } ?? []
        #expect(names.contains { $0.hasSuffix("-wal") } && names.contains { $0.hasSuffix(".pages") })
        #expect(try Self.files(with: Self.canary, in: world.directory) == [])
        #expect(try Self.files(with: "SQLite format", in: world.directory) == [])

        let plain = try StoreWorld()
        try plain.create("account", on: plain.hq(), ["name": .text(Self.canary)])
        #expect(try !Self.files(with: Self.canary, in: plain.directory).isEmpty, "the search finds nothing")
    }

    @Test("Another key, or none, opens nothing, and what is there stays as it is")
    func otherKey() throws {
        try write(on: hq)
        let dump = try Self.dump(hq)
        try hq.close()
        for keys in [DataKeys(.random()), DataKeys(.random(), older: [.random()]), nil] {
            let failure = #expect(throws: StoreFailure.self) { try reopened(keys) }
            switch failure {
            case .integrity, .damaged: continue
            default: Issue.record("\(String(describing: failure))")
            }
        }
        #expect(try Self.dump(reopened(keys)) == dump)
        #expect(try Self.dump(reopened(DataKeys(.random(), older: [keys.current]))) == dump)
    }

    @Test("A bit that changed in the database is found by whoever reads it, and by verify")
    func flipped() throws {
        for number in 0..<50 { try write("\(number)", on: hq) }
        let dump = try Self.dump(hq)
        var (found, unseen) = (0, 0)
        try hq.close()
        let whole = try #require(FileManager.default.contents(atPath: hq.path))
        for page in stride(from: 0, to: whole.count / 4096, by: 5) {
            var bytes = whole
            bytes[page * 4096 + Int.random(in: 0..<4096)] ^= 1 << UInt8.random(in: 0..<8)
            try bytes.write(to: URL(filePath: hq.path))
            do {
                let store = try reopened(keys)
                let isSound = try store.read { try $0.verify().faults.isEmpty }
                if isSound { unseen += 1 } else { found += 1 }
                #expect(try !isSound || Self.dump(store) == dump, "page \(page + 1)")
            } catch StoreFailure.damaged { found += 1 } catch StoreFailure.integrity { found += 1 }
        }
        // A page that holds nothing is read by nobody.
        #expect(found > 10 && unseen <= 2, "\(found) found, \(unseen) not")
    }

    @Test("A journal that somebody put beside the database is not played back")
    func foreignJournal() throws {
        try hq.close()
        let journal = Data([0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]) + Data(count: 504)
        try journal.write(to: URL(filePath: hq.path + "-journal"))
        #expect(throws: StoreFailure.self) { try reopened(keys) }
        try FileManager.default.removeItem(atPath: hq.path + "-journal")
        _ = try reopened(keys)
    }

    @Test(
        "Under a new key everything is as it was, the old one opens nothing, and a rotation that was broken off goes on"
    )
    func rotation() throws {
        try write(on: hq)
        let blobs = Blobs(hq)
        let source = world.directory.appending(path: "source")
        try Data(repeating: 7, count: 600_000).write(to: source)
        let hash = try blobs.add(copyOf: source.path).hash
        let dump = try Self.dump(hq)
        try hq.close()
        let rotated = keys.rotated(to: .random())
        // Broken off before the database was exchanged.
        try Data("half".utf8).write(to: URL(filePath: hq.path + ".rotating"))
        #expect(try Self.dump(reopened(rotated)) == dump)
        try KeyRotation(database: hq.path, keys: rotated, environment: hq.environment).run()
        try KeyRotation(database: hq.path, keys: rotated, environment: hq.environment).run()
        let new = DataKeys(rotated.current)
        #expect(try Self.dump(reopened(new)) == dump)
        #expect(try BlobFolder(blobs.folder.path, keys: new).verify(hash))
        #expect(try !BlobFolder(blobs.folder.path, keys: keys).verify(hash))
        #expect(throws: StoreFailure.self) { try reopened(keys) }
        #expect(!FileManager.default.fileExists(atPath: hq.path + ".rotating"))
    }

    @Test("A plain copy is read without a key, holds the same, and takes no file's place")
    func plainCopy() throws {
        try write(on: hq)
        let path = world.directory.appending(path: "plain.db").path
        #expect(try hq.writePlainCopy(to: path) > 0)
        let names = try DatabaseQueue(path: path).read { try String.fetchAll($0, sql: "SELECT name FROM account") }
        #expect(names == [Self.canary])
        #expect(
            try Self.dump(
                reopened(
                    nil,
                    Store(
                        path: path, role: .hq, environment: hq.environment, creating: false))) == Self.dump(hq))
        #expect(throws: BlobFileExists.self) { try hq.writePlainCopy(to: path) }
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test("A pool reads beside its writer, and what was vacuumed is all there")
    func pool() throws {
        for number in 0..<200 { try write("\(number)", on: hq) }
        let dump = try Self.dump(hq)
        try hq.close()
        let pool = try Store(
            path: hq.path, role: .hq, environment: hq.environment, creating: false, readers: 3, keys: keys)
        try pool.database.writeWithoutTransaction { try $0.execute(sql: "VACUUM") }
        #expect(try Self.dump(pool) == dump)
        #expect(try pool.read { try $0.verify().faults } == [])
        try pool.close()
    }
}
