package import FieldModel
package import SyncCore
package import SyncStore
import SyncWire

extension VerbContext {
    private static let recordsMax = 100_000

    /// Everything that is known here about a person, as one JSON document; a node's audit tells that it was given out.
    package func personalExport(_ ref: String) throws -> JSONValue {
        let (id, document) = try store.read { access in
            let (type, id) = try Lookup.person(ref, access)
            guard let view = try access.record(id, type: type), let history = try access.history(of: id) else {
                throw VerbFailure(.notFound)
            }
            let naming = try access.records(naming: id, type: type, limit: Self.recordsMax)
            let attachments = try access.attachments(about: id).compactMap { try access.shown($0) }
            let written = try access.sets(writtenBy: id)
            return (
                id,
                JSONValue.object([
                    ("exported_at", Moments.json(now)), ("record", view.json),
                    ("erased", .bool(try access.isErased(id))),
                    ("history", .array(history.items.map(\.json))), ("history_complete", .bool(history.complete)),
                    (
                        "named_in",
                        .array(
                            naming.map { field, record in
                                .object(record.jsonHead + [("field", .string(field)), ("fields", record.jsonFields)])
                            })
                    ),
                    (
                        "attachments",
                        .array(attachments.map { .object($0.jsonHead + [("fields", $0.jsonFields)]) })
                    ), ("written", .array(written.map(\.json))),
                ])
            )
        }
        try store.write { try $0.noteDisclosed("person export", about: id) }
        return document
    }
}

extension WrittenSet {
    fileprivate var json: JSONValue {
        .object([
            ("at", Moments.json(at)), ("replica", .string(replica.description)),
            ("seq", .integer(Int64(clamping: seq))),
            (
                "changes",
                .array(
                    changes.map { change in
                        let entity = Catalogue.entity(change.type)
                        let fields = change.fields.map { entity?.field(tag: $0)?.name ?? "field-\($0)" }
                        return .object([
                            ("type", .string(entity?.name ?? "type-\(change.type)")),
                            ("id", .string(change.record.description)),
                            ("fields", .array(fields.map(JSONValue.string))),
                        ])
                    })
            ),
        ])
    }
}

extension Lookup {
    /// The record that a natural person is: a contact by REF, a user also by login.
    package static func person(_ ref: String, _ access: ReadAccess) throws -> (type: TypeTag, id: RecordID) {
        if let user = try access.person(login: ref) { return (EntityTag.user, user.id) }
        let found = try record(ref, access)
        guard found.type == EntityTag.contact || found.type == EntityTag.user else {
            throw VerbFailure(
                .wrongReference, Words("\(ref) is no person: name a contact or a user.", "\(ref) 不是个人：请指定联系人或用户。"))
        }
        return found
    }
}
