import Foundation
import SyncCore
@testable import SyncServer
import SyncStore
import Testing

@Suite("Group commit")
struct ServerCommitTests {
    private struct Failed: Error, Equatable {
        let number: Int
    }

    private let world: ServerDirectory
    private let store: Store

    init() throws {
        world = try ServerDirectory()
        store = try Store(
            path: world.file("node.db"), role: .hq, environment: .system, creating: true, readers: 1)
    }

    @Test("Every caller gets its own result, and one that fails leaves no trace")
    func results() async throws {
        let commit = GroupCommit(store)
        let outcomes = await withTaskGroup(of: (Int, Result<Int, any Error>).self) { group in
            for number in 0..<300 {
                group.addTask { (number, await Self.write(number, with: commit)) }
            }
            return await group.reduce(into: [Int: Result<Int, any Error>]()) { $0[$1.0] = $1.1 }
        }
        commit.close()
        for (number, outcome) in outcomes {
            let kept = try store.read { try $0.metaInteger("n\(number)") }
            if number.isMultiple(of: 7) {
                #expect(kept == nil)
                #expect(throws: Failed(number: number)) { try outcome.get() }
            } else {
                #expect(try outcome.get() == number * 2 && kept == Int64(number))
            }
        }
        #expect(outcomes.count == 300)
    }

    private static func write(_ number: Int, with commit: GroupCommit) async -> Result<Int, any Error> {
        do {
            let twice = try await commit.write { access in
                try access.setMeta("n\(number)", integer: Int64(number))
                if number.isMultiple(of: 7) { throw Failed(number: number) }
                return number * 2
            }
            return .success(twice)
        } catch {
            return .failure(error)
        }
    }

    @Test("What is written has been committed when the caller goes on")
    func durable() async throws {
        let commit = GroupCommit(store)
        defer { commit.close() }
        for number in 0..<20 {
            try await commit.write { try $0.setMeta("last", integer: Int64(number)) }
            #expect(try store.read { try $0.metaInteger("last") } == Int64(number))
        }
    }

    @Test("A transaction has as many writes as it may, and one more is in the next")
    func perTransaction() async throws {
        let counters = Counters()
        let commit = GroupCommit(store, counters: counters)
        defer { commit.close() }
        let (hasBegun, gate) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        async let first: Void = commit.write { _ in
            hasBegun.signal()
            gate.wait()
        }
        #expect(try await comesTrue(within: 120) { hasBegun.wait(timeout: .now()) == .success })
        async let others: Void = withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0...ServerLimits.writesPerTransactionMax { group.addTask { try await commit.write { _ in } } }
            try await group.waitForAll()
        }
        let isQueued = try await comesTrue(within: 120) {
            commit.queuedCount == ServerLimits.writesPerTransactionMax + 1
        }
        gate.signal()
        try await (_, _) = (first, others)
        #expect(isQueued)
        let sizes = try #require(counters.families(now: 0).first { $0.name == "fieldsync_commit_batch_size" })
        // One, as many as may be, and the one that was left.
        let buckets = sizes.samples.filter { $0.suffix == "_bucket" }.map { ($0.labels[0].1, $0.value) }
        #expect(buckets.first { $0.0 == "1" }?.1 == 2)
        #expect(buckets.first { $0.0 == "200" }?.1 == 3 && sizes.samples.last?.value == 3)
    }

    @Test("A closed queue takes nothing more")
    func closed() async {
        let commit = GroupCommit(store)
        commit.close()
        await #expect(throws: Overload.self) { try await commit.write { _ in } }
    }
}

/// A directory for one test.
final class ServerDirectory: Sendable {
    let path = FileManager.default.temporaryDirectory.path + "/server-\(UInt64.random(in: 0 ... .max))"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { path + "/" + name }
}
