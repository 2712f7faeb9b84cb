import FieldModel
import Foundation
import SyncCore
import SyncStore

/// Headquarters, branches and the devices of their people, for as many days as are asked for: nodes are restarted every
/// day, people go to work, roam, are away and get other devices; what is old is put away as a serving node does it.
final class SoakWorld {
    let scale: SoakScale
    let hq: SoakParty
    private(set) var branches: [SoakParty] = []
    private(set) var devices: [SoakParty] = []
    private let directory: URL
    private let clock = ManualClock()
    private let dice = SeededWords(5)
    private var made: UInt64 = 0
    private var sites: [[(scope: String, asset: RecordID)]] = []
    private var orders: [(id: RecordID, scope: String)] = []
    private(set) var statesPulled = 0

    init(_ scale: SoakScale) throws {
        self.scale = scale
        // In memory where there is such a folder: what is looked at is what grows, not the disk.
        let memory = URL(filePath: "/dev/shm")
        let root =
            FileManager.default.isWritableFile(atPath: memory.path) ? memory : FileManager.default.temporaryDirectory
        directory = root.appending(path: "soak-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let headquarters = RecordID(high: 0x0190_0000_0000_7002, low: 0x8000_0000_0000_0002)
        hq = try SoakParty(
            .hq, path: directory.appending(path: "hq.db").path, environment: Self.environment(clock, 1),
            writer: headquarters)
        try hq.commit([change(EntityTag.branch, headquarters, "org", [("name", "HQ")])])
        for number in 0..<scale.branches { try addBranch(number) }
        for number in 0..<scale.devices { try addPerson(number) }
        for branch in branches { try branch.pull(from: hq) }
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    private static func environment(_ clock: ManualClock, _ seed: UInt64) -> StoreEnvironment {
        let random = SeededWords(seed)
        return StoreEnvironment(wallMilliseconds: { clock.milliseconds }, randomWord: { random.next() })
    }

    private func party(_ role: StoreRole, writer: RecordID) throws -> SoakParty {
        made += 1
        return try SoakParty(
            role, path: directory.appending(path: "\(made).db").path, environment: Self.environment(clock, 100 + made),
            writer: writer)
    }

    func roll(_ sides: Int) -> Int { Int(dice.next() % UInt64(sides)) }

    // MARK: who is there

    private func change(
        _ type: TypeTag, _ id: RecordID, _ scope: String, _ values: [(String, Value)]
    ) -> LocalChange {
        let name = Catalogue.entity(type)?.name ?? ""
        return LocalChange(
            type: type, record: id, creates: true,
            edits: [.put(scope, at: .scope)] + values.map { FieldEdit(tag: tag(name, $0.0), edit: .put($0.1)) })
    }

    private func addBranch(_ number: Int) throws {
        let id = hq.store.environment.newRecordID()
        try hq.commit([change(EntityTag.branch, id, "org", [("name", .text("branch \(number)"))])])
        branches.append(try party(.branch, writer: id))
        sites.append(try (0..<5).map { try addSite($0, of: id) })
    }

    private func addSite(_ number: Int, of branch: RecordID) throws -> (String, RecordID) {
        let environment = hq.store.environment
        let (account, site, asset) = (environment.newRecordID(), environment.newRecordID(), environment.newRecordID())
        try hq.commit([
            change(EntityTag.account, account, "account/\(account)", [("name", .text("account \(number)"))]),
            change(
                EntityTag.site, site, "site/\(site)",
                [("name", .text("site \(number)")), ("account", .reference(account)), ("branch", .reference(branch))]),
            change(
                EntityTag.asset, asset, "site/\(site)", [("serial", .text("S\(number)")), ("site", .reference(site))]),
        ])
        return ("site/\(site)", asset)
    }

    private func addPerson(_ number: Int) throws {
        let id = hq.store.environment.newRecordID()
        let branch = branches[number % branches.count].writer
        try hq.commit([
            change(
                EntityTag.user, id, "org",
                [
                    ("login", .text("person \(number)")), ("roles", "technician"), ("branch", .reference(branch)),
                    ("active", .bool(true)),
                ])
        ])
        devices.append(try party(.device, writer: id))
    }

    // MARK: a day

    func day(_ day: Int) throws {
        clock.advance(scale.stride * 86_400_000)
        for node in [hq] + branches {
            try node.restart()
            while try node.store.write({ try $0.settleDueHoldings() }) {}
            while try node.store.keepHouse(by: node.writer) {}
        }
        for number in devices.indices where roll(5) > 0 { try work(number) }
        try office()
        try carryUp()
        for number in devices.indices where roll(5) > 0 { try exchange(number, with: number % branches.count) }
    }

    func carryUp() throws {
        for branch in branches {
            try branch.push(to: hq)
            try branch.pull(from: hq)
            try branch.takeReceipts(of: hq)
        }
    }

    func exchange(_ number: Int, with branch: Int) throws {
        try devices[number].push(to: branches[branch])
        statesPulled += try devices[number].pull(from: branches[branch])
        try devices[number].takeReceipts(of: hq)
    }

    /// The branch sends somebody to a site, where he does his work and enters it; sometimes he is away from his branch,
    /// sometimes with another device.
    private func work(_ number: Int) throws {
        let home = number % branches.count
        if roll(300) == 0 { devices[number] = try party(.device, writer: devices[number].writer) }
        let place = sites[home][roll(sites[home].count)]
        let order = branches[home].store.environment.newRecordID()
        try branches[home].commit([
            change(
                EntityTag.workOrder, order, place.scope,
                [
                    ("assignees", .reference(devices[number].writer)), ("asset", .reference(place.asset)),
                    ("type", "repair"),
                ])
        ])
        orders.append((order, place.scope))
        try exchange(number, with: home)
        try visit(order, place, by: devices[number])
        try exchange(number, with: roll(50) == 0 ? roll(branches.count) : home)
    }

    private func visit(_ order: RecordID, _ place: (scope: String, asset: RecordID), by device: SoakParty) throws {
        let environment = device.store.environment
        let visit = environment.newRecordID()
        try device.commit([
            change(
                EntityTag.visit, visit, place.scope,
                [("order", .reference(order)), ("technician", .reference(device.writer)), ("summary", "更换液压软管")]),
            change(
                EntityTag.workEvent, environment.newRecordID(), place.scope,
                [
                    ("order", .reference(order)), ("kind", "finished"), ("visit", .reference(visit)),
                    ("occurred_at", .instant(milliseconds: clock.milliseconds, offsetMinutes: 480)),
                ]),
        ])
        for round in 0..<5 {
            let edit = FieldEdit.put("resolution \(round)", at: tag("work_order", "resolution"))
            try device.commit([LocalChange(type: EntityTag.workOrder, record: order, edits: [edit])])
        }
        let edit = FieldEdit.put(Int64(roll(9)), at: tag("asset", "cycles"))
        let firmware = FieldEdit.put("v\(roll(90))", at: tag("asset", "firmware"))
        try device.commit([LocalChange(type: EntityTag.asset, record: place.asset, edits: [edit, firmware])])
    }

    /// Headquarters deletes an order in twenty.
    private func office() throws {
        for _ in 0..<max(1, scale.devices / 20) where !orders.isEmpty {
            let order = orders.remove(at: roll(orders.count))
            guard let state = try hq.store.read({ try $0.state(of: order.id) }) else { continue }
            let edit = FieldEdit(tag: .deleted, edit: .put(.known(state.known)))
            try hq.commit([LocalChange(type: EntityTag.workOrder, record: order.id, edits: [edit])])
        }
    }
}
