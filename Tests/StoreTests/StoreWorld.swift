import FieldModel
import Foundation
import SyncCore
import SyncStore
import SyncWire
import Synchronization

/// Stores that exchange in process, without network and signatures: what SyncClient and SyncServer do, in a few lines.
final class StoreWorld {
    let directory: URL
    let clock = ManualClock()
    private(set) var stores: [Store] = []
    /// What the stores are sealed under; nil: nothing.
    let keys: DataKeys?
    let person = RecordID(high: 0x0190_0000_0000_7001, low: 0x8000_0000_0000_0001)
    let headquarters = RecordID(high: 0x0190_0000_0000_7002, low: 0x8000_0000_0000_0002)
    /// Holds every scope at a node that was pulled from.
    let everybody = RecordID(high: 0x0190_0000_0000_7009, low: 0x8000_0000_0000_0009)

    init(keys: DataKeys? = nil) throws {
        self.keys = keys
        directory = FileManager.default.temporaryDirectory.appending(path: "store-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// - Parameter skew: milliseconds that the store's machine is ahead of the others.
    func store(_ role: StoreRole, seed: UInt64, skew: Int64 = 0) throws -> Store {
        let random = SeededWords(seed)
        let clock = clock
        let environment = StoreEnvironment(
            wallMilliseconds: { clock.milliseconds + skew }, randomWord: { random.next() })
        let path = directory.appending(path: "\(stores.count).db").path
        let store = try Store(path: path, role: role, environment: environment, creating: true, keys: keys)
        if role.isNode { try store.write { try $0.openEpoch() } }
        stores.append(store)
        return store
    }

    /// A headquarters that knows itself and one person with the given roles.
    func hq(roles: [String] = ["technician", "admin", "dispatcher", "service_rep"]) throws -> Store {
        let hq = try store(.hq, seed: 1)
        try hq.write { access in
            try access.commit(
                [
                    LocalChange(
                        type: EntityTag.branch, record: self.headquarters, creates: true,
                        edits: [.put("org", at: .scope), .put("HQ", at: tag("branch", "name"))]),
                    LocalChange(
                        type: EntityTag.user, record: self.person, creates: true,
                        edits: [.put("org", at: .scope), .put("wang", at: tag("user", "login"))]
                            + roles.map { .put($0, at: tag("user", "roles")) }),
                ], author: self.headquarters)
        }
        return hq
    }

    // MARK: exchange

    /// Pushes what a store has of its chains to a node. Returns the outcomes, one a chain.
    @discardableResult
    func push(_ store: Store, to node: Store, answerLost: Bool = false) throws -> [RunOutcome] {
        try store.write { try $0.seal(measuredOffset: nil) }
        return try store.read { try $0.chains() }.filter { store.role.isNode || $0.own }.compactMap { chain in
            let run = try run(of: store, replica: chain.replica)
            let settled = try store.read { try $0.receiptSeqs(of: chain.replica).hq }
            if store.role == .device && run.items.count <= settled { return nil }
            let entries = try store.read { try $0.entries(of: chain.replica, from: 1, limit: 10_000, bytesMax: .max) }
            try node.take(store.read { try $0.carriedKeys(ofSets: entries) }.map { try $0.carried() })
            let outcome = try node.write { try $0.receive(run) }
            if case .accepted(let summary) = outcome, !answerLost {
                let receipt = try receipt(summary, of: chain.replica, by: node)
                do { try store.write { try $0.take(receipt) } } catch is ReceiptMismatch where !store.role.isNode {
                    // Of a chain that it left, a device has the beginning only.
                }
            }
            return outcome
        }
    }

    func run(of store: Store, replica: ReplicaID, from first: UInt64 = 1) throws -> IncomingRun {
        try store.read { access in
            let all = try access.entries(of: replica, from: first, limit: 10_000, bytesMax: .max)
            let entries = store.role.isNode ? all : Array(all.prefix { $0.own })
            let before = ChainPosition(seq: first - 1, hash: try access.hash(of: replica, at: first - 1) ?? [])
            let items = entries.compactMap { entry -> IncomingRun.Item? in
                guard let bytes = entry.bytes else { return nil }
                return IncomingRun.Item(bytes: bytes, hash: entry.hash, verdict: verdict(entry, of: store))
            }
            let isNodes = store.role.isNode && entries.first?.own == true
            let key = isNodes ? Array("node".utf8) : [UInt8](repeating: 7, count: 32)
            return IncomingRun(
                replica: replica, before: before, items: items, key: key, certificates: [], person: nil, base: nil,
                isRelayed: store.role.isNode)
        }
    }

    private func verdict(_ entry: LogEntry, of store: Store) -> IncomingVerdict? {
        switch entry.verdict {
        case .applied: store.role.isNode ? .applied : nil
        case .refused: entry.refusal.map(IncomingVerdict.refused)
        case .undecided, .gone: nil
        }
    }

    func receipt(_ summary: ChainSummary, of replica: ReplicaID, by node: Store) throws -> NodeReceipt {
        NodeReceipt(
            node: Array(node.path.utf8), isHQ: node.role == .hq, epoch: try node.read { try $0.epoch() },
            replica: replica, summary: summary, bytes: [])
    }

    /// Pulls all pages from a node and completes. Returns how many states came.
    @discardableResult
    func pull(_ store: Store, from node: Store, pageBytesMax: Int = 4_000_000, between: () throws -> Void = {}) throws
        -> Int
    {
        try letEverybodyRead(node)
        let epoch = try node.read { try $0.epoch() }
        let pulled = try store.read { try $0.pulledCheckpoint() }
        let checkpoint = pulled?.epoch == epoch ? pulled : nil
        var cursor = try store.read { try $0.staging() }.flatMap { $0.epoch == epoch ? $0.cursor : nil }
        var count = 0
        for _ in 0..<10_000 {
            let page = try node.read {
                try $0.page(for: everybody, after: checkpoint, cursor: cursor, bytesMax: pageBytesMax)
            }
            guard let page else { throw StoreFailure.integrity("who holds everything has nothing to compare") }
            count += page.states.count
            try store.take(node.read { try $0.carriedKeys(ofStates: page.states) }.map { try $0.carried() })
            if let checkpoint = page.checkpoint {
                try store.write { try $0.complete(page.states, losses: page.losses, checkpoint: checkpoint) }
                return count
            }
            cursor = page.cursor
            try store.write { try $0.stage(page.states, at: StagingPlace(epoch: epoch, cursor: page.cursor)) }
            try between()
        }
        throw StoreFailure.integrity("the pull does not end")
    }

    func letEverybodyRead(_ node: Store) throws {
        if try node.read({ try $0.holds(everybody, scope: Holding.every) }) { return }
        try node.write { try $0.hold(Holding.every, by: everybody, since: 0) }
    }

    // MARK: looking

    func summaries(_ store: Store) throws -> [ScopeSummary] { try store.read { try $0.scopeSummaries() } }
}

extension FieldEdit {
    static func put(_ text: String, at tag: FieldTag) -> FieldEdit { FieldEdit(tag: tag, edit: .put(.text(text))) }
    static func put(_ integer: Int64, at tag: FieldTag) -> FieldEdit {
        FieldEdit(tag: tag, edit: .put(.integer(integer)))
    }
}

/// The tag of a field by its names; a test with a wrong name stops here.
func tag(_ type: String, _ field: String) -> FieldTag {
    guard let tag = Catalogue.entity(named: type)?.field(named: field)?.tag else {
        preconditionFailure("no field \(type).\(field)")
    }
    return tag
}

final class ManualClock: @unchecked Sendable {
    private let lock = NSLock()
    private var now: Int64 = 1_780_000_000_000

    /// Every look at the clock is a millisecond later.
    var milliseconds: Int64 {
        lock.withLock {
            now += 1
            return now
        }
    }

    func advance(_ milliseconds: Int64) { lock.withLock { now += milliseconds } }
}

/// The same words for the same seed, for whoever asks.
final class SeededWords: Sendable {
    private let random: Mutex<Seeded>

    init(_ seed: UInt64) { random = Mutex(Seeded(seed: (seed &+ 1) &* 0xD1B5_4A32_D192_ED03)) }

    func next() -> UInt64 { random.withLock { $0.next() } }
}

extension StoreWorld {
    /// A device's database file copied by hand.
    func copy(of store: Store, seed: UInt64) throws -> Store {
        let random = SeededWords(seed)
        let clock = clock
        let path = directory.appending(path: "copy-\(seed).db").path
        try store.backup(to: path)
        return try Store(
            path: path, role: store.role,
            environment: StoreEnvironment(wallMilliseconds: { clock.milliseconds }, randomWord: { random.next() }),
            creating: false)
    }
}
