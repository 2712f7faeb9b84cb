import FieldModel
import Foundation
import Synchronization
import SyncClient
import SyncCore
import SyncStore
import SyncWire

/// An organisation in one process: HQ, branches and devices with real stores and keys, and lines between them.
final class ExchangeWorld {
    /// A replica with an upstream.
    struct Replica {
        let store: Store
        let line: ExchangeLine
        let upstream: Upstream
        let exchange: Exchange
        let identity: ClientIdentity
    }

    let directory: URL
    let clock = ExchangeClock()
    let person: RecordID
    let rootKey: SigningKey
    let hq: ExchangeNode
    private var made: UInt64 = 10

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "exchange-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        rootKey = Self.key(1)
        let record = RecordID(milliseconds: 1, random: (1, 1))
        person = RecordID(milliseconds: 1, random: (2, 2))
        let store = try Self.store(.hq, in: directory, seed: 1, clock: clock)
        let own = Self.identity(.hq, rootKey, subject: record, name: "HQ")
        let chain = [Certificate.issue(own, by: rootKey)]
        hq = ExchangeNode(store: store, key: rootKey, chain: chain, root: Roots(rootKey.publicKey), name: "HQ")
        try store.write { try $0.holdEverything(person) }
        try Self.populate(store, hq: record, person: person)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    /// A branch below HQ, and the node that it is to its devices.
    func branch(_ name: String, pageBytesMax: Int = 1_000_000) throws -> (node: ExchangeNode, replica: Replica) {
        made += 1
        let key = Self.key(UInt8(made))
        let record = RecordID(milliseconds: 2, random: (made, made))
        try hq.store.write { try $0.holdEverything(record) }
        let identity = Self.identity(.branch, key, subject: record, name: name)
        let chain = [Certificate.issue(identity, by: rootKey)] + hq.chain
        let store = try Self.store(.branch, in: directory, seed: made, clock: clock)
        try store.write { try $0.holdEverything(person) }
        let node = ExchangeNode(
            store: store, key: key, chain: chain, root: Roots(rootKey.publicKey), name: name, pageBytesMax: pageBytesMax
        )
        return (node, replica(store, key: key, chain: chain, below: hq))
    }

    /// A device that HQ certified.
    /// - Parameter skew: milliseconds that its clock is ahead of everybody else's.
    func device(below node: ExchangeNode, skew: Int64 = 0) throws -> Replica {
        made += 1
        let key = Self.key(UInt8(made))
        let identity = Self.identity(
            .device, key, subject: RecordID(milliseconds: 3, random: (made, made)), name: "device \(made)",
            user: person, branch: RecordID(milliseconds: 1, random: (1, 1)))
        let store = try Self.store(.device, in: directory, seed: made, clock: clock, skew: skew)
        return replica(store, key: key, chain: [Certificate.issue(identity, by: rootKey)] + hq.chain, below: node)
    }

    /// The same key over another store: a copy of the device's disk.
    func copy(of device: Replica) throws -> Replica {
        made += 1
        let path = directory.appending(path: "copy-\(made).db").path
        try device.store.backup(to: path)
        let environment = Self.environment(seed: made, clock: clock, skew: 0)
        let store = try Store(path: path, role: .device, environment: environment, creating: false)
        return replica(store, key: device.identity.key, chain: device.identity.chain, below: device.line.node)
    }

    /// A node's store as it is now, for setting the node back to it later.
    func backup(of node: ExchangeNode) throws -> ExchangeNode {
        made += 1
        let path = directory.appending(path: "backup-\(made).db").path
        try node.store.backup(to: path)
        let environment = Self.environment(seed: made, clock: clock, skew: 0)
        let store = try Store(path: path, role: node.store.role, environment: environment, creating: false)
        return ExchangeNode(store: store, key: node.key, chain: node.chain, root: node.root, name: node.name)
    }

    /// A branch's files as they are now, with which it is set back to later: its node and its line to HQ.
    func setBack(_ branch: (node: ExchangeNode, replica: Replica)) throws -> (node: ExchangeNode, replica: Replica) {
        let node = try backup(of: branch.node)
        return (node, replica(node.store, key: node.key, chain: node.chain, below: hq))
    }

    private func replica(
        _ store: Store, key: SigningKey, chain: [WireSignedCertificate], below node: ExchangeNode
    ) -> Replica {
        let identity = ClientIdentity(
            kind: store.role == .device ? .device : .branch, key: key, chain: chain, root: Roots(rootKey.publicKey),
            authorityFile: "", version: "1.0.0")
        let line = ExchangeLine(node)
        let upstream = Upstream(
            url: "https://node/", identity: identity, transport: line,
            wallMilliseconds: store.environment.wallMilliseconds)
        return Replica(
            store: store, line: line, upstream: upstream, exchange: Exchange(store: store, upstream: upstream),
            identity: identity)
    }
}

extension ExchangeWorld {
    private static func key(_ number: UInt8) -> SigningKey {
        SigningKey(seed: [UInt8](repeating: number, count: SigningKey.seedBytes))
    }

    private static func identity(
        _ kind: Identity.Kind, _ key: SigningKey, subject: RecordID, name: String, user: RecordID? = nil,
        branch: RecordID? = nil
    ) -> Identity {
        Identity(
            kind: kind, key: key.publicKey, subject: subject, user: user, branch: branch, name: name, code: "A1",
            issuedAt: 1, expiresAt: 4_000_000_000_000)
    }

    private static func environment(seed: UInt64, clock: ExchangeClock, skew: Int64) -> StoreEnvironment {
        let words = ExchangeWords(seed: seed &* 0xD1B5_4A32_D192_ED03)
        return StoreEnvironment(wallMilliseconds: { clock.milliseconds + skew }, randomWord: { words.next() })
    }

    private static func store(
        _ role: StoreRole, in directory: URL, seed: UInt64, clock: ExchangeClock, skew: Int64 = 0
    ) throws -> Store {
        let store = try Store(
            path: directory.appending(path: "\(seed).db").path, role: role,
            environment: environment(seed: seed, clock: clock, skew: skew), creating: true)
        if role.isNode { try store.write { try $0.openEpoch() } }
        return store
    }

    /// HQ knows itself and one person.
    private static func populate(_ store: Store, hq: RecordID, person: RecordID) throws {
        let roles = ["technician", "service_rep"].map { FieldEdit.text($0, "user", "roles") }
        _ = try store.write { access in
            try access.commit(
                [
                    LocalChange(
                        type: EntityTag.branch, record: hq, creates: true,
                        edits: [.scope("org"), .text("HQ", "branch", "name")]),
                    LocalChange(
                        type: EntityTag.user, record: person, creates: true,
                        edits: [.scope("org"), .text("wang", "user", "login")] + roles),
                ], author: hq)
        }
    }
}

extension FieldEdit {
    static func scope(_ text: String) -> FieldEdit { FieldEdit(tag: .scope, edit: .put(.text(text))) }

    static func text(_ text: String, _ type: String, _ field: String) -> FieldEdit {
        guard let tag = Catalogue.entity(named: type)?.field(named: field)?.tag else {
            preconditionFailure("no field \(type).\(field)")
        }
        return FieldEdit(tag: tag, edit: .put(.text(text)))
    }
}

/// A clock that stands until it is moved, but for a millisecond at every look.
final class ExchangeClock: Sendable {
    private let now = Mutex<Int64>(1_780_000_000_000)

    var milliseconds: Int64 {
        now.withLock {
            $0 += 1
            return $0
        }
    }

    func advance(_ milliseconds: Int64) { now.withLock { $0 += milliseconds } }
}

/// SplitMix64: the same words for the same seed.
private final class ExchangeWords: Sendable {
    private let state: Mutex<UInt64>

    init(seed: UInt64) { state = Mutex(seed) }

    func next() -> UInt64 {
        state.withLock {
            $0 &+= 0x9E37_79B9_7F4A_7C15
            var z = $0
            z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
            return z ^ z >> 31
        }
    }
}
