import ArgumentParser
import FieldModel
import Foundation
import SyncCore
import SyncStore

/// Changes made without a network, committed as a technician's are.
struct Change: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make change sets on a device.")
    /// Sets in one transaction: what is measured is the exchange, not this.
    private static let setsPerTransaction = 200

    @Argument var folder: String
    @Option var sets: Int
    @Option(help: "Records in a set.") var changes = 10
    @Option(help: "Existing records to leave alone, newest first.") var skip = 0
    @Flag(help: "Make new work orders; otherwise one field of existing ones is changed.") var new = false
    @Option(help: "What the changed field says.") var text = "现场复检,温度传感器已校准"

    func run() throws {
        let device = try Device.open(folder)
        let drafts = new ? try newOrders(device) : try edits(device)
        let measure = Measure()
        var rest = drafts[...]
        while !rest.isEmpty {
            try device.store.write { access in
                for set in rest.prefix(Self.setsPerTransaction) { try access.commit(set, author: device.author) }
            }
            rest = rest.dropFirst(Self.setsPerTransaction)
        }
        try measure.report(["sets": Double(sets), "changes": Double(sets * changes)])
    }

    private func edits(_ device: Device) throws -> [[LocalChange]] {
        let orders = try device.orders(skip + sets * changes).dropFirst(skip)
        return (0..<sets).map { set in
            orders.dropFirst(set * changes).prefix(changes).map { order in
                LocalChange(
                    type: EntityTag.workOrder, record: order.id,
                    edits: [FieldEdit(tag: OrderField.diagnosis, edit: .put(.text(text)))])
            }
        }
    }

    /// Each as full as those that were imported.
    private func newOrders(_ device: Device) throws -> [[LocalChange]] {
        let patterns = try device.orders(sets * changes)
        let scopes = try device.store.read { access in
            try patterns.map { try access.state(of: $0.id)?.scope ?? "org" }
        }
        return (0..<sets).map { set in
            (set * changes..<(set + 1) * changes).map { index in
                var edits = [FieldEdit(tag: .scope, edit: .put(.text(scopes[index])))]
                for field in patterns[index].fields where field.declaration?.derived == false {
                    switch field.shown {
                    case .one(let value): edits.append(FieldEdit(tag: field.tag, edit: .put(value)))
                    case .many(let values): edits += values.map { FieldEdit(tag: field.tag, edit: .put($0)) }
                    }
                }
                return LocalChange(
                    type: EntityTag.workOrder, record: Device.environment.newRecordID(), creates: true, edits: edits)
            }
        }
    }
}

/// Tags of a work order's fields, by their names in the catalogue.
enum OrderField {
    static let diagnosis = tag("diagnosis")

    private static func tag(_ name: String) -> FieldTag {
        guard let field = Catalogue.workOrder.fields.first(where: { $0.name == name }) else {
            preconditionFailure("a work order has the field \(name)")
        }
        return field.tag
    }
}
