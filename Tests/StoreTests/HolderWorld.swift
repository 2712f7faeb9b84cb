import FieldModel
import Foundation
import SyncCore
@testable import SyncStore
import SyncWire

/// Headquarters, and a device whose person holds some sites, each with machines.
final class HolderWorld {
    let world: StoreWorld
    let hq: Store
    let device: Store
    /// Whose device it is: of no record, so that nothing follows from who he is.
    let holder = RecordID(high: 0x0190_0000_0000_7100, low: 0x8000_0000_0000_0100)
    private var made: UInt64 = 0

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
        device = try world.store(.device, seed: 31)
    }

    /// The scope of a site.
    static func site(_ number: Int) -> String {
        Scope(.site(RecordID(high: 0x0190_0000_0000_7300 + UInt64(number), low: 0x8000_0000_0000_0300))).description
    }

    func hold(_ scopes: String...) throws {
        try hq.write { access in for scope in scopes { try access.hold(scope, by: holder) } }
    }

    func letGo(_ scopes: String...) throws {
        try hq.write { access in for scope in scopes { try access.letGo(scope, by: holder) } }
    }

    /// A machine, written at headquarters unless a device makes it.
    @discardableResult
    func machine(_ scope: String, serial: String = "EX", on store: Store? = nil) throws -> RecordID {
        made += 1
        let id = RecordID(high: 0x0191_0000_0000_7000 + made, low: 0x8000_0000_0000_0000 + made)
        try (store ?? hq).write { access in
            try access.commit(
                [
                    LocalChange(
                        type: EntityTag.asset, record: id, creates: true,
                        edits: [.put(scope, at: .scope), .put(serial, at: tag("asset", "serial"))])
                ], author: store?.role == .device ? world.person : world.headquarters)
        }
        return id
    }

    func edit(_ id: RecordID, on store: Store, _ edits: FieldEdit...) throws {
        let author = store.role.isNode ? world.headquarters : world.person
        try store.write { access in
            try access.commit([LocalChange(type: EntityTag.asset, record: id, edits: edits)], author: author)
        }
    }

    func move(_ id: RecordID, to scope: String) throws { try edit(id, on: hq, .put(scope, at: .scope)) }

    /// What one pull brought.
    struct Pulled: Equatable {
        var ids: Set<RecordID> = []
        var losses = Losses()
        var pages = 0
    }

    /// Pulls all pages from headquarters.
    /// - Parameter between: after each page but the last.
    @discardableResult
    func pull(pageBytesMax: Int = 4_000_000, between: () throws -> Void = {}) throws -> Pulled {
        var pulled = Pulled()
        for _ in 0..<10_000 {
            let page = try self.page(bytesMax: pageBytesMax)
            pulled.pages += 1
            for state in page.states { pulled.ids.insert(try RecordStateCodec.decode(state).id) }
            if let checkpoint = page.checkpoint {
                pulled.losses = page.losses
                try device.write { try $0.complete(page.states, losses: page.losses, checkpoint: checkpoint) }
                return pulled
            }
            let place = StagingPlace(epoch: try hq.read { try $0.epoch() }, cursor: page.cursor)
            try device.write { try $0.stage(page.states, at: place) }
            try between()
        }
        throw StoreFailure.integrity("the pull does not end")
    }

    /// The next page, from where the device stands.
    func page(bytesMax: Int = 4_000_000) throws -> PulledPage {
        let (checkpoint, staging) = try device.read { (try $0.pulledCheckpoint(), try $0.staging()) }
        let replicas = try device.read { try $0.ownReplicas() }
        let page = try hq.read {
            try $0.page(
                for: holder, after: checkpoint, cursor: staging?.cursor, replicas: replicas, bytesMax: bytesMax)
        }
        guard let page else { throw MustCompare() }
        return page
    }

    /// The two sides must compare what they hold.
    struct MustCompare: Error {}

    /// The records that the device holds, those of `org` apart.
    func held() throws -> Set<RecordID> { try ids(on: device) }

    /// Those that headquarters has in scopes that the holder holds, `org` apart.
    func due() throws -> Set<RecordID> {
        try ids(on: hq) { scope in try hq.read { try $0.holds(holder, scope: scope) } }
    }

    private func ids(on store: Store, where isMeant: (String) throws -> Bool = { _ in true }) throws -> Set<RecordID> {
        let scopes = try store.read { try $0.scopeSummaries() }.map(\.name).filter { $0 != "org" }
        return try Set(
            scopes.filter(isMeant).flatMap { scope in
                try store.read { try $0.hashes(in: IDRange(scope: scope)) }.map(\.id)
            })
    }
}
