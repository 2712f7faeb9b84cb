import Foundation
import GRDB
import SyncCore
@testable import SyncStore
import Testing

@Suite("Migrations: ended behind any step, the next start goes on and comes to the same")
struct MigrationTests {
    /// The first release's HQ, in the clear as it was then.
    private static let kept = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "EndToEndTests/Fixtures/0.1-first/hq.tar.xz")

    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "migrations-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func database(_ name: String) throws -> String {
        let place = folder.appending(path: name)
        let unpacking = Process()
        unpacking.executableURL = URL(filePath: "/usr/bin/python3")
        unpacking.arguments = ["-m", "tarfile", "-e", Self.kept.path, place.path]
        try unpacking.run()
        unpacking.waitUntilExit()
        try #require(unpacking.terminationStatus == 0)
        return place.appending(path: "node.db").path
    }

    private func open(_ path: String) throws -> Store {
        let random = SeededWords(1)
        let environment = StoreEnvironment(wallMilliseconds: { 1_800_000_000_000 }, randomWord: { random.next() })
        return try Store(path: path, role: .hq, environment: environment, creating: false)
    }

    /// What a store comes to: its records, who holds what, and that it is sound.
    private func outcome(_ store: Store) throws -> [String] {
        #expect(try store.read { try $0.verify() }.faults.isEmpty)
        var lines: [String] = []
        try store.read { access in
            try access.dump(scope: nil) { lines.append($0) }
            let holdings = try Row.fetchAll(
                access.db,
                sql: """
                    SELECT hex(author.id), scope.name, since, until FROM holding
                    JOIN author ON author.local = holder LEFT JOIN scope ON scope.local = holding.scope ORDER BY 1, 2, 3
                    """)
            lines += holdings.map(\.description)
            lines.append("audit \(try access.auditTail().n)")
        }
        try store.close()
        return lines
    }

    @Test("Every step of the way from the first release to this one")
    func everyStep() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let whole = try outcome(open(database("whole")))
        let steps = Migrations.migrator.migrations
        for step in steps {
            let path = try database(step.filter(\.isLetter))
            let queue = try DatabaseQueue(path: path)
            if try queue.read(Migrations.migrator.appliedIdentifiers).contains(step) { continue }
            try Migrations.migrator.migrate(queue, upTo: step)
            try queue.close()
            #expect(try Store.needsMigration(path: path, keys: nil), "\(step): nobody is told that it takes a while")
            #expect(try outcome(open(path)) == whole, "ended behind \(step)")
        }
    }
}
