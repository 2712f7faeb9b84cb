import FieldModel
import Foundation
import SyncCore
import SyncServer
import SyncStore
import Testing

/// HQ and a device that hold the same many records: most are filler that nobody reads, with an id, a hash and 400 bytes,
/// and some real ones are spread among them.
struct ReturnWorld {
    struct Size: Sendable, CustomTestStringConvertible {
        let scopes: Int
        let records: Int
        /// Of which both sides hold something else.
        let differing: Int

        var testDescription: String { "\(records) records in \(scopes) scopes, \(differing) differ" }
    }

    private static let yearMilliseconds: Int64 = 31_536_000_000
    private static let since: Int64 = 1_700_000_000_000
    private static let recordsPerSet = 500
    private static let rowsPerStatement = 500

    let hq: ServedNode
    let device: FieldDevice
    private let size: Size
    private let folder: URL
    private let scopes: [String]
    private let real: [RecordID]

    init(_ tiers: Tiers, _ size: Size) throws {
        (hq, folder, self.size) = (tiers.hq, tiers.folder, size)
        device = try tiers.device("li", at: hq)
        scopes = (0..<size.scopes).map { "site/\(Self.id($0, of: size.scopes))" }
        real = (0..<size.differing).map { Self.id($0, of: size.differing) }
        try change(creating: true)
        try device.sync()
        try fill()
        try change(creating: false)
    }

    /// Ids as they are made in the course of a year.
    private static func id(_ number: Int, of count: Int) -> RecordID {
        let time = since + yearMilliseconds / Int64(count) * Int64(number) + Int64.random(in: 0..<1_000)
        return RecordID(milliseconds: time, random: (.random(in: 0 ... .max), .random(in: 0 ... .max)))
    }

    /// Writes the real records at HQ while it rests. The second time it is as if HQ was restored: of another epoch.
    private func change(creating: Bool) throws {
        #expect(try hq.stop() == 0)
        let node = try Node.open(NodeDirectory(hq.folder.path), environment: .system)
        for first in stride(from: 0, to: real.count, by: Self.recordsPerSet) {
            let changes = real.indices.dropFirst(first).prefix(Self.recordsPerSet).map { draft($0, creating: creating) }
            _ = try node.store.write { try $0.commit(changes, author: node.identity.record) }
        }
        if !creating { try node.store.write { try $0.openEpoch() } }
        try node.store.close()
        try hq.serve()
    }

    private func draft(_ index: Int, creating: Bool) -> LocalChange {
        let text = creating ? String(repeating: "Hose \(index) checked. ", count: 12) : "R\(index)"
        var edits = [FieldEdit.text(text, "asset", "firmware")]
        if creating { edits += [.scope(scopes[index % scopes.count]), .text("EX-\(index)", "asset", "serial")] }
        return LocalChange(type: EntityTag.asset, record: real[index], creates: creating, edits: edits)
    }

    /// Writes the filler into both databases while nobody has them open.
    private func fill() throws {
        #expect(try hq.stop() == 0)
        let script = folder.appending(path: "fill.sql")
        try write(to: script)
        let node = try SealedSQL(hq.folder)
        try node.run("@\(script.path)")
        try SealedSQL(device.folder).run(Self.copying, node: node)
        try FileManager.default.removeItem(at: script)
        try hq.serve()
    }

    /// The scopes' digests are of any value that is the same on both sides.
    private func write(to script: URL) throws {
        try Data().write(to: script)
        let file = try FileHandle(forWritingTo: script)
        defer { try? file.close() }
        let places = scopes.enumerated().map { "(\($0), '\($1)')" }.joined(separator: ",")
        try file.write(
            contentsOf: Data(
                """
                PRAGMA synchronous = OFF; BEGIN;
                CREATE TEMP TABLE place (number INTEGER PRIMARY KEY, name TEXT);
                INSERT INTO place VALUES \(places);
                INSERT OR IGNORE INTO scope (name, position, records, digest) SELECT name, 1, 0, randomblob(16) FROM place;

                """.utf8))
        let count = size.records - size.differing
        for first in stride(from: 0, to: count, by: Self.rowsPerStatement) {
            let rows = (first..<min(count, first + Self.rowsPerStatement)).map { number in
                "(x'\(Hex.digits(Self.id(number, of: count).bytes))', \(number % scopes.count))"
            }
            try file.write(
                contentsOf: Data(
                    """
                    INSERT INTO asset (id, scope, position, deleted, hash, state)
                    SELECT column1, local, 1, 0, randomblob(16), zeroblob(400)
                    FROM (VALUES \(rows.joined(separator: ","))) JOIN place ON number = column2 JOIN scope USING (name);

                    """.utf8))
        }
        try file.write(contentsOf: Data("\(Self.counting) COMMIT;\n".utf8))
    }

    private static let counting = """
        UPDATE scope SET records = (SELECT count(*) FROM asset WHERE asset.scope = local) WHERE name LIKE 'site/%';
        """

    private static let copying = """
        PRAGMA synchronous = OFF; BEGIN;
        INSERT OR IGNORE INTO scope (name, position, records, digest) SELECT name, 0, 0, digest FROM node.scope;
        INSERT OR IGNORE INTO asset (id, scope, position, deleted, hash, state)
        SELECT id, mine.local, 0, 0, hash, state FROM node.asset JOIN node.scope AS theirs ON theirs.local = asset.scope
        JOIN main.scope AS mine USING (name) ORDER BY asset.rowid;
        \(counting) COMMIT;
        """
}
