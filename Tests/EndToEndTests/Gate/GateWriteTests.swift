import FieldModel
import Foundation
import SyncClient
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire
import Testing

@Suite("One gate: who may write what")
struct GateWriteTests {
    /// A group of fields of the table, and those who write it there, by hand from domain.md.
    private struct Group {
        let name: String
        let entity: EntityDeclaration
        /// Nil: a new record.
        let record: RecordID?
        let values: [(String, Value)]
        let writers: Set<Role>
    }

    private static let office: Set<Role> = [
        .serviceRep, .supervisor, .branchManager, .dataSteward, .accountRep, .accountRegional, .accountHQ,
    ]
    private static let plans: Set<Role> = [.dispatcher, .supervisor, .branchManager, .accountHQ]
    private static let asksFor: Set<Role> = [.serviceRep, .dispatcher, .supervisor, .branchManager, .accountRep]
    private static let works: Set<Role> = [.technician, .supervisor, .branchManager]
    private static let machines: Set<Role> = [.supervisor, .branchManager, .accountHQ]

    private static func groups(_ world: GateWorld, by person: RecordID, _ mark: String) -> [Group] {
        let (account, order) = (world.accounts["Perth"], world.orders["Perth"])
        let machine = world.records[world.scope(.site, "Perth").number]?[0]
        func reference(_ id: RecordID?) -> Value { .reference(id ?? person) }
        return [
            Group(
                name: "account basics", entity: Catalogue.account, record: account,
                values: [("industry", .text(mark))], writers: office),
            Group(
                name: "protected account fields", entity: Catalogue.account, record: account,
                values: [("name", .text(mark))], writers: [.dataSteward, .accountRegional, .accountHQ]),
            Group(
                name: "tax number", entity: Catalogue.account, record: account, values: [("tax_id", .text(mark))],
                writers: [.dataSteward, .accountRegional, .accountHQ]),
            Group(
                name: "home region", entity: Catalogue.account, record: account,
                values: [("home_region", .text(mark))], writers: [.accountHQ]),
            Group(
                name: "new request", entity: Catalogue.request, record: nil,
                values: [("site", reference(world.sites["Perth"])), ("description", .text(mark))],
                writers: asksFor.union([.technician])),
            Group(
                name: "request", entity: Catalogue.request, record: world.requests["Perth"],
                values: [("description", .text(mark))], writers: asksFor),
            Group(
                name: "assignment", entity: Catalogue.workOrder, record: order,
                values: [
                    ("assignees", .reference(person)), ("window_end", .instant(milliseconds: 9, offsetMinutes: 0)),
                ],
                writers: plans),
            Group(
                name: "visit", entity: Catalogue.visit, record: nil,
                values: [("order", reference(order)), ("technician", .reference(person)), ("summary", .text(mark))],
                writers: works),
            Group(
                name: "parts used", entity: Catalogue.partUsage, record: nil,
                values: [("quantity", .decimal(unscaled: 1, scale: 0))], writers: works),
            Group(
                name: "asset facts", entity: Catalogue.asset, record: machine, values: [("custodian", .text(mark))],
                writers: machines),
            Group(
                name: "asset event", entity: Catalogue.assetEvent, record: nil,
                values: [("asset", reference(machine)), ("kind", .text("failed")), ("text", .text(mark))],
                writers: machines.union([.technician])),
            Group(
                name: "invoice", entity: Catalogue.asset, record: machine, values: [("invoice_no", .text(mark))],
                writers: machines),
            Group(
                name: "sale date", entity: Catalogue.asset, record: machine, values: [("sale_date", .date(days: 9))],
                writers: machines),
            Group(
                name: "reference data", entity: Catalogue.product, record: world.product,
                values: [("name", .text(mark))], writers: [.accountHQ]),
            Group(
                name: "people", entity: Catalogue.user, record: world.colleague, values: [("active", .bool(true))],
                writers: [.admin]),
        ]
    }

    @Test("Each role writes the fields that the table says, and no others; what is refused changes nothing")
    func matrix() async throws {
        try await GateWorld.run { world in
            for person in world.people where person.standing == .busy {
                let wrong = try await world.threads.run { try write(world, person) }
                #expect(wrong.isEmpty, "\(person.role)")
            }
        }
    }

    private func write(_ world: GateWorld, _ person: GateWorld.Person) throws -> [String] {
        let key = SigningKey(seed: Entropy.bytes(32))
        let forger = try GateForger(
            GateCaller(world.hq.url, key: key, chain: world.hq.device(of: person.id, key)), person: person.id)
        var wrong: [String] = []
        for group in Self.groups(world, by: person.id, "by \(person.role.rawValue)") {
            let id =
                group.record
                ?? RecordID(
                    milliseconds: 1_780_000_000_000, random: (.random(in: 0 ... .max), .random(in: 0 ... .max)))
            let before = try world.hq.store.read { try $0.state(of: id)?.fields }
            let refusal = try forger.push([
                forger.change(
                    group.entity, id, creates: group.record == nil,
                    scope: group.record == nil ? world.scope(.site, "Perth").name : nil,
                    group.values.map { ($0.0, $0.1) })
            ])
            let after = try world.hq.store.read { try $0.state(of: id)?.fields }
            let (isWritten, isTold) = (after != before, refusal == nil)
            if isWritten != group.writers.contains(person.role) || isTold != isWritten {
                wrong.append("\(group.name): \(refusal ?? "taken"), \(isWritten ? "changed" : "unchanged")")
            }
        }
        return wrong
    }
}
