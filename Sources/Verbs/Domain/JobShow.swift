import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// An order with its visits and what happened.
    package func showJob(_ ref: String) throws -> Report {
        try showWithEvents(ref, EntityTag.workOrder, events: Catalogue.workEvent, subject: "order")
    }

    /// An asset with what happened to it.
    package func showAsset(_ ref: String) throws -> Report {
        try showWithEvents(ref, EntityTag.asset, events: Catalogue.assetEvent, subject: "asset")
    }

    /// What happened to an asset, newest first.
    package func assetHistory(_ ref: String) throws -> Report {
        try store.read { access in
            let (_, id) = try Lookup.record(ref, type: EntityTag.asset, access)
            let events = try self.events(of: id, Catalogue.assetEvent, subject: "asset", access)
            let lines = try timeline(events, RecordNames(access))
            return .list(events.map { .object($0.jsonHead + [("fields", $0.jsonFields)]) }) { _ in lines }
        }
    }

    private func showWithEvents(
        _ ref: String, _ type: TypeTag, events: EntityDeclaration, subject: String
    ) throws -> Report {
        try store.read { access in
            let (_, id) = try Lookup.record(ref, type: type, access)
            guard let view = try access.record(id, type: type), case .object(let members) = view.json else {
                preconditionFailure("a record that was found can be shown")
            }
            let names = RecordNames(access)
            let events = try self.events(of: id, events, subject: subject, access)
            let lines = try text(view, names) + timeline(events, names)
            let items = events.map { JSONValue.object($0.jsonHead + [("fields", $0.jsonFields)]) }
            return Report(.object(members + [("events", .array(items))])) { _ in lines }
        }
    }

    private func events(
        of subject: RecordID, _ entity: EntityDeclaration, subject name: String, _ access: ReadAccess
    ) throws -> [ShownRecord] {
        guard let field = entity.field(named: name) else { return [] }
        let match = FieldMatch(tag: field.tag, value: .reference(subject))
        return try access.list(entity.tag, matching: [match], limit: RecordLimit.recordsMax).items
    }

    private func timeline(_ events: [ShownRecord], _ names: RecordNames) throws -> [String] {
        var table = TextTable()
        for event in events {
            let cells = try ["occurred_at", "kind", "reason", "outcome", "text", "visit"].compactMap { name in
                try event.fields.first { $0.name == name }.map {
                    try names.text($0.shown, of: $0.declaration, language)
                }
            }
            table.add(cells)
        }
        return table.lines
    }
}
