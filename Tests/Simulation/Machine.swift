import Foundation
import SyncClient
import SyncCore
import SyncServer
@testable import SyncStore
import SyncWire

/// One replica of a simulated world: its files, and what runs over them while it is up.
final class Machine {
    /// What does not change, whatever happens to the machine.
    struct Charter {
        let name: String
        let role: StoreRole
        let key: SigningKey
        /// Whoever writes here: a person, or the node's record.
        let author: RecordID
        /// The number of the machine above; nil at HQ.
        let home: Int?
    }

    let number: Int
    let charter: Charter
    let folder: String
    private(set) var chain: [WireSignedCertificate]
    let root: Roots
    let clock: SimClock
    let offset = SimOffset()
    private let pageBytesMax: Int
    /// What its files are sealed under; nil: they lie there in the clear.
    let keys: DataKeys?
    /// Nil while it is down.
    private(set) var store: Store?
    private(set) var exchange: Exchange?
    /// Nil at a device.
    private(set) var answering: NodeAnswering?
    /// What its files lie on.
    private(set) var disk: Disk
    private var starts: UInt64 = 0
    private let seed: UInt64
    /// Whom it speaks to: its home, or where it roams.
    var above: Int?
    var standing = Standing()

    /// What happened to a machine, which some laws make allowance for.
    struct Standing {
        /// It is gone for good.
        var isRetired = false
        /// The node will not hear it.
        var isRevoked = false
        /// Another machine has its files, or had them.
        var isCopied = false
        /// Its files were put back to what they once were.
        var wasSetBack = false
        /// What it knew of that then.
        var awareness: Awareness?
        /// So often its files were made anew or replaced.
        var beginnings = 0
    }

    var role: StoreRole { charter.role }
    var name: String { charter.name }
    var isUp: Bool { store != nil }
    var database: String { folder + "/replica.db" }

    init(
        _ number: Int, _ charter: Charter, folder: String, chain: [WireSignedCertificate], root: Roots, clock: SimClock,
        seed: UInt64, pageBytesMax: Int, keys: DataKeys? = nil
    ) {
        self.pageBytesMax = pageBytesMax
        self.keys = keys
        self.number = number
        self.charter = charter
        self.folder = folder
        self.chain = chain
        self.root = root
        self.clock = clock
        self.seed = seed
        disk = Disk(folder)
        above = charter.home
    }

    /// - Parameter transport: the line upwards; nil at HQ.
    func start(transport: (any Transport)?, creating: Bool = false) throws {
        starts += 1
        let environment = environment
        let store = try Store(
            path: database, role: role, environment: environment, creating: creating, keys: keys)
        self.store = store
        store.forgoObservers()
        if role.isNode { answering = try NodeAnswering(identity(), store, secret: starts, pageBytesMax: pageBytesMax) }
        guard let transport else { return }
        let upstream = Upstream(
            url: "https://node", identity: client, transport: transport,
            wallMilliseconds: environment.wallMilliseconds)
        upstream.onRenewal = { [weak self] in try self?.renewed($0.chain) }
        exchange = Exchange(store: store, upstream: upstream)
    }

    /// Ends it as a service is ended.
    func stop() throws {
        let ending = store
        forget()
        try ending?.close()
    }

    /// What ran is no more; the files stay as they are.
    func forget() { (store, exchange, answering) = (nil, nil, nil) }

    /// Puts a copy of other files in place of its own, while it is down.
    func replaceFiles(by place: String) throws {
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.copyItem(atPath: place, toPath: folder)
        disk = Disk(folder)
        standing.beginnings += 1
    }

    /// Has a database made of what is left of a damaged one, while it is down, as `field doctor --salvage` does.
    func salvage(_ keys: DataKeys) throws -> Salvage.Outcome {
        let fresh = folder + ".fresh"
        try FileManager.default.createDirectory(atPath: fresh, withIntermediateDirectories: true)
        starts += 1
        let outcome = try Salvage(of: database, keys: keys, environment: environment).make(at: fresh + "/replica.db")
        try FileManager.default.removeItem(atPath: folder)
        try FileManager.default.moveItem(atPath: fresh, toPath: folder)
        disk = Disk(folder)
        standing.beginnings += 1
        return outcome
    }

    /// What a node says that it knows of having been put back.
    struct Awareness: Equatable {
        let epoch: UInt64
        let noticedAt: Int64?
    }

    func awareness() throws -> Awareness? {
        try store?.read { try Awareness(epoch: $0.epoch(), noticedAt: $0.metaInteger(MetaKey.setBackAt)) }
    }

    private var environment: StoreEnvironment {
        let words = SimWords(SimRandom(seed, part: UInt64(number) << 32 | starts))
        let (clock, offset) = (clock, offset)
        return StoreEnvironment(
            wallMilliseconds: { clock.milliseconds + offset.milliseconds }, randomWord: { words.next() })
    }

    private var client: ClientIdentity {
        ClientIdentity(
            kind: role == .device ? .device : .branch, key: charter.key, chain: chain, root: root, authorityFile: "",
            version: "1.0.0")
    }

    private func identity() throws -> NodeIdentity {
        try NodeIdentity(
            role: role, key: charter.key, chain: chain, root: root, organisation: "Ironbark", upstream: nil,
            authorityPEM: "", authority: nil)
    }

    private func renewed(_ chain: [WireSignedCertificate]) throws {
        self.chain = chain
        if let store, answering != nil {
            answering = try NodeAnswering(identity(), store, secret: starts, pageBytesMax: pageBytesMax)
        }
    }
}
