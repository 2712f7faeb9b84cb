import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// An order with whom to call, its visits and what happened.
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
            let contacts = try contacts(for: view.record, access)
            let lines = try text(view, names) + callable(contacts, names) + timeline(events, names)
            let items = events.map { JSONValue.object($0.jsonHead + [("fields", $0.jsonFields)]) }
            let people = contacts.map { JSONValue.object($0.jsonHead + [("fields", $0.jsonFields)]) }
            let called = type == EntityTag.workOrder ? [("contacts", JSONValue.array(people))] : []
            return Report(.object(members + called + [("events", .array(items))])) { _ in lines }
        }
    }

    private func events(
        of subject: RecordID, _ entity: EntityDeclaration, subject name: String, _ access: ReadAccess
    ) throws -> [ShownRecord] {
        guard let field = entity.field(named: name) else { return [] }
        let match = FieldMatch(tag: field.tag, value: .reference(subject))
        return try access.list(entity.tag, matching: [match], limit: RecordLimit.recordsMax).items
    }

    private static let contactsMax = 20

    /// The people of an order's customer.
    private func contacts(for order: ShownRecord, _ access: ReadAccess) throws -> [ShownRecord] {
        guard order.type == EntityTag.workOrder, let field = Catalogue.contact.field(named: "account") else {
            return []
        }
        let asset = try order.reference("asset").flatMap { try access.shown($0, expected: EntityTag.asset) }
        guard let site = order.reference("site") ?? asset?.reference("site"),
            let account = try access.shown(site, expected: EntityTag.site)?.reference("account")
        else { return [] }
        let match = FieldMatch(tag: field.tag, value: .reference(account))
        return try access.list(EntityTag.contact, matching: [match], limit: Self.contactsMax).items
    }

    /// Whom to call, with the numbers whole.
    private func callable(_ contacts: [ShownRecord], _ names: RecordNames) throws -> [String] {
        var table = TextTable()
        for contact in contacts {
            let told = try ["name", "phones", "emails", "roles"].compactMap { name in
                try contact.fields.first { $0.name == name }.map {
                    try names.text($0.shown, of: $0.declaration, language)
                }
            }
            table.add([Catalogue.contact.label[language]] + told)
        }
        return table.lines
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
