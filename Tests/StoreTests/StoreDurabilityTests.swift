import Foundation
import GRDB
@testable import SyncStore
import Testing

@Suite("What is acknowledged is on the disk")
struct StoreDurabilityTests {
    @Test("Every commit is followed by an fsync, with a pool of readers and without one", arguments: [0, 2])
    func full(readers: Int) throws {
        let world = try StoreWorld()
        let store = try Store(
            path: world.directory.appending(path: "node.db").path, role: .hq,
            environment: StoreEnvironment(wallMilliseconds: { 0 }, randomWord: { 1 }),
            creating: true, readers: readers)
        let mode = try store.write { try Int.fetchOne($0.db, sql: "PRAGMA synchronous") }
        #expect(mode == 2, "2 is FULL")
        // What makes people readable lies in a file of its own.
        #expect(try store.people.write { try Int.fetchOne($0, sql: "PRAGMA synchronous") } == 2)
    }
}
