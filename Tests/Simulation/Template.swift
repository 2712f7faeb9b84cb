import FieldModel
import Foundation
import SyncClient
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire

/// The organisation that every seed begins with, made once a process: its files are copied for each seed.
final class Template: Sendable {
    struct Device {
        /// The number of the machine that certified it.
        let home: Int
        /// Devices of one person have the same.
        let login: String
        let roles: [Role]
    }

    static let branches = ["Perth", "Cairns", "Hobart"]
    private static let technician: [Role] = [.technician]
    private static let chief: [Role] = [.technician, .serviceRep, .supervisor, .branchManager]
    static let devices = [
        Device(home: 1, login: "wei", roles: technician), Device(home: 1, login: "ann", roles: chief),
        Device(home: 2, login: "bob", roles: technician), Device(home: 3, login: "eve", roles: technician),
        Device(home: 1, login: "wei", roles: technician), Device(home: 2, login: "joe", roles: chief),
        Device(home: 0, login: "sue", roles: [.accountHQ, .admin, .serviceRep]),
    ]

    let folder: String
    let charters: [Machine.Charter]
    let chains: [[WireSignedCertificate]]
    let root: Roots
    let records: [TrackedRecord]
    /// By login.
    let people: [String: RecordID]
    /// When it was ready.
    let milliseconds: Int64

    init(in parent: String) throws {
        folder = parent + "/template"
        let making = try TemplateMaking(in: folder)
        try making.make()
        charters = making.machines.map(\.charter)
        chains = making.machines.map(\.chain)
        root = making.root
        records = making.records
        people = making.people
        milliseconds = making.clock.milliseconds
        for machine in making.machines { try machine.stop() }
        for (number, charter) in charters.enumerated() where charter.role == .device { try seal(number) }
    }

    static func folder(of number: Int, in parent: String) -> String { "\(parent)/\(number)" }

    /// What devices are sealed under.
    static let keys = DataKeys(DataKey(bytes: [UInt8](repeating: 7, count: DataKey.byteCount)))

    /// Of a device there is a second folder, whose files are sealed.
    private func seal(_ number: Int) throws {
        let place = sealedFolder(of: number)
        try FileManager.default.copyItem(atPath: Self.folder(of: number, in: folder), toPath: place)
        for file in ["replica.db", "replica.db-people"] {
            try PlainAdoption(database: "\(place)/\(file)", keys: Self.keys, environment: .system).run()
        }
    }

    private func sealedFolder(of number: Int) -> String { "\(folder)/\(number)-sealed" }

    func folder(of number: Int, isSealed: Bool) -> String {
        isSealed && charters[number].role == .device ? sealedFolder(of: number) : Self.folder(of: number, in: folder)
    }
}

/// Makes the template's machines and lets them exchange.
private final class TemplateMaking {
    let clock = SimClock()
    let folder: String
    let root: Roots
    private(set) var machines: [Machine] = []
    private(set) var records: [TrackedRecord] = []
    private(set) var people: [String: RecordID] = [:]
    private let rootKey = TemplateMaking.key(1)
    private let headquarters = RecordID(milliseconds: SimClock.start, random: (1, 1))
    private var branchRecords: [RecordID] = []

    init(in folder: String) throws {
        self.folder = folder
        root = Roots(rootKey.publicKey)
    }

    func make() throws {
        try makeHeadquarters()
        for name in Template.branches { try makeBranch(name) }
        try fill()
        for branch in machines.dropFirst() { try branch.exchange?.run() }
        for (number, device) in Template.devices.enumerated() { try makeDevice(device, number) }
        for _ in 0..<2 { for machine in machines.reversed() { try machine.exchange?.run() } }
    }

    private static func key(_ number: Int) -> SigningKey {
        SigningKey(seed: [UInt8](repeating: UInt8(number), count: SigningKey.seedBytes))
    }

    private func add(_ charter: Machine.Charter, _ chain: [WireSignedCertificate]) throws -> Machine {
        let place = Template.folder(of: machines.count, in: folder)
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
        let machine = Machine(
            machines.count, charter, folder: place, chain: chain, root: root, clock: clock, seed: 0,
            pageBytesMax: Limits.pageBytesMax)
        let above = charter.home.map { machines[$0] }
        try machine.start(transport: above.map(StraightLine.init), creating: true)
        if machine.role.isNode { try machine.store?.write { try $0.openEpoch() } }
        machines.append(machine)
        return machine
    }

    private func makeHeadquarters() throws {
        let own = Certificate.issueRoot(
            headquarters, name: "HQ", code: "HQ00", key: rootKey, now: clock.milliseconds)
        let charter = Machine.Charter(name: "HQ", role: .hq, key: rootKey, author: headquarters, home: nil)
        let machine = try add(charter, [own])
        _ = try machine.store?.write { try $0.addHeadquarters(headquarters, name: "HQ") }
    }

    private func makeBranch(_ name: String) throws {
        let key = Self.key(machines.count + 1)
        let identity = try hqIdentity()
        let chain = try onHeadquarters { access in
            let record = try access.addBranch(name: name, code: .branch(named: name), author: self.headquarters)
            try access.registerBranch(record.id, key: key.publicKey.bytes, name: name, url: "")
            self.branchRecords.append(record.id)
            return try Grant.branch(record, key: key.publicKey.bytes, tlsCertificate: "")
                .answer(by: identity, now: self.clock.milliseconds).chain
        }
        let charter = Machine.Charter(
            name: name, role: .branch, key: key, author: branchRecords[branchRecords.count - 1], home: 0)
        _ = try add(charter, chain)
    }

    private func hqIdentity() throws -> NodeIdentity { try identity(of: machines[0]) }

    private func identity(of machine: Machine) throws -> NodeIdentity {
        try NodeIdentity(
            role: machine.role, key: machine.charter.key, chain: machine.chain, root: root, organisation: "Ironbark",
            upstream: nil, authorityPEM: "", authority: nil)
    }

    private func onHeadquarters<T>(_ body: (WriteAccess) throws -> T) throws -> T {
        guard let store = machines[0].store else { preconditionFailure("headquarters is up") }
        return try store.write(body)
    }

    private func makeDevice(_ device: Template.Device, _ number: Int) throws {
        let key = Self.key(100 + number)
        let home = machines[device.home]
        let identity = try identity(of: home)
        guard let user = people[device.login], let store = home.store else { preconditionFailure("he was added") }
        let grant = try store.write { access -> Grant? in
            let device = try access.registerDevice(
                key: key.publicKey.bytes, user: user, name: device.login, version: "1.0.0", node: identity.record)
            return try access.person(user).map { .device(device, $0) }
        }
        guard let chain = try grant?.answer(by: identity, now: clock.milliseconds).chain else {
            preconditionFailure("the home of \(device.login) knows him")
        }
        let charter = Machine.Charter(
            name: "\(device.login)'s \(number)", role: .device, key: key, author: user, home: device.home)
        _ = try add(charter, chain)
    }
}

extension TemplateMaking {
    /// An account with a site at every branch; each has a machine, a request and an order for the branch's technician.
    private func fill() throws {
        try onHeadquarters { access in
            for device in Template.devices where self.people[device.login] == nil {
                let branch = device.home == 0 ? self.headquarters : self.branchRecords[device.home - 1]
                let draft = PersonDraft(login: device.login, name: device.login, roles: device.roles, branch: branch)
                self.people[device.login] = try access.add(draft, author: self.headquarters)
            }
            let account = try self.make("account", access, ["name": .text("Rio")]) { "account/\($0)" }
            for (number, branch) in self.branchRecords.enumerated() {
                let site = try self.make(
                    "site", access,
                    ["name": .text("site \(number)"), "account": .reference(account), "branch": .reference(branch)]
                ) { "site/\($0)" }
                let technician = Template.devices.first { $0.home == number + 1 && $0.roles == [.technician] }
                guard let person = technician.flatMap({ self.people[$0.login] }) else { continue }
                _ = try self.make("asset", access, ["site": .reference(site)]) { _ in "site/\(site)" }
                _ = try self.make("request", access, ["site": .reference(site)]) { _ in "site/\(site)" }
                _ = try self.make(
                    "work_order", access,
                    ["site": .reference(site), "type": .text("repair"), "assignees": .reference(person)]
                ) { _ in "site/\(site)" }
            }
        }
    }

    private func make(
        _ type: String, _ access: WriteAccess, _ values: KeyValuePairs<String, Value>, scope: (RecordID) -> String
    ) throws -> RecordID {
        let id = access.environment.newRecordID()
        let entity = Fields.entity(type)
        let edits = [FieldEdit(tag: .scope, edit: .put(.text(scope(id))))]
        let change = LocalChange(
            type: entity.tag, record: id, creates: true,
            edits: edits + values.map { FieldEdit(tag: Fields.tag($0.key, of: type), edit: .put($0.value)) })
        try access.commit([change], author: headquarters)
        records.append(TrackedRecord(id: id, entity: entity.tag))
        return id
    }
}

/// A line on which nothing happens.
private final class StraightLine: Transport {
    private let node: Machine

    init(_ node: Machine) { self.node = node }

    func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
        do {
            guard let answer = try node.answering?.answer(request) else { throw HTTPFailure.unreachable("it is down") }
            return answer
        } catch {
            throw .failed("\(error)")
        }
    }
}
