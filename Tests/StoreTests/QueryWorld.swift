import FieldModel
import SyncCore
import SyncStore

/// Records in a few words, for the tests of what the store answers.
extension StoreWorld {
    /// Makes a record; set and log fields take one element a pair.
    @discardableResult
    func create(
        _ type: String, on store: Store, scope: String? = nil, _ values: KeyValuePairs<String, Value>
    ) throws -> RecordID {
        let id = store.environment.newRecordID()
        // What is not everybody's nobody puts there but a node.
        let place = scope ?? (store.role.isNode ? "org" : Self.place)
        let edits = [.put(place, at: .scope)] + values.map { FieldEdit(tag: tag(type, $0.key), edit: .put($0.value)) }
        try commit(store, [LocalChange(type: typeTag(type), record: id, creates: true, edits: edits)])
        return id
    }

    /// Where people put what they make.
    static let place = "site/01900000-0000-7301-8000-000000000300"

    func set(_ type: String, _ id: RecordID, on store: Store, _ values: KeyValuePairs<String, Value>) throws {
        let edits = values.map { FieldEdit(tag: tag(type, $0.key), edit: .put($0.value)) }
        try commit(store, [LocalChange(type: typeTag(type), record: id, edits: edits)])
    }

    func edit(_ type: String, _ id: RecordID, on store: Store, _ field: String, _ edit: Edit) throws {
        let change = LocalChange(
            type: typeTag(type), record: id, edits: [FieldEdit(tag: tag(type, field), edit: edit)])
        try commit(store, [change])
    }

    /// Deletes as a person does who knows what the store shows.
    func delete(_ type: String, _ id: RecordID, on store: Store) throws {
        let known = try store.read { try $0.state(of: id)?.known } ?? KnownDots()
        let edit = FieldEdit(tag: .deleted, edit: .put(.known(known)))
        try commit(store, [LocalChange(type: typeTag(type), record: id, edits: [edit])])
    }

    func commit(_ store: Store, _ changes: [LocalChange]) throws {
        try store.write { try $0.commit(changes, author: store.role.isNode ? self.headquarters : self.person) }
    }

    /// An event of a work order that names the newest events that its author sees.
    /// - Parameters:
    ///   - author: nil: whoever writes at the store.
    ///   - parts: of a closing: those that it counted.
    @discardableResult
    func happen(
        _ kind: String, to order: RecordID, visit: RecordID? = nil, on store: Store, by author: RecordID? = nil,
        parts: [RecordID] = []
    ) throws -> RecordID {
        let seen = try store.read { try $0.newestEvents(of: order, type: EntityTag.workOrder) }
        func refer(_ field: String, _ ids: [RecordID]) -> [FieldEdit] {
            ids.map { FieldEdit(tag: tag("work_event", field), edit: .put(.reference($0))) }
        }
        let edits =
            [.put(Self.place, at: .scope), .put(kind, at: tag("work_event", "kind"))] + refer("order", [order])
            + refer("after", seen) + refer("visit", [visit].compactMap(\.self)) + refer("parts", parts)
        let id = store.environment.newRecordID()
        let change = LocalChange(type: EntityTag.workEvent, record: id, creates: true, edits: edits)
        let writer = author ?? (store.role.isNode ? headquarters : person)
        try store.write { try $0.commit([change], author: writer) }
        return id
    }

    /// Both directions between a store and a node.
    func exchange(_ store: Store, with node: Store) throws {
        try push(store, to: node)
        try pull(store, from: node)
    }

    /// A device that holds what the node holds.
    func device(of node: Store, seed: UInt64) throws -> Store {
        let device = try store(.device, seed: seed)
        try pull(device, from: node)
        return device
    }
}

/// The tag of a type by its name; a test with a wrong name stops here.
func typeTag(_ name: String) -> TypeTag {
    guard let tag = Catalogue.entity(named: name)?.tag else { preconditionFailure("no type \(name)") }
    return tag
}

extension Value: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self = .text(text) }
}
