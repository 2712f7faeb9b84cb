import FieldModel
import Hummingbird
import SyncCore
import SyncStore
import SyncWire

/// `GET /v1/records/{id}/history`: what this node knows of a record's past, in the JSON of `history`.
struct HistoryHandler {
    let services: NodeServices

    func respond(to request: Request, record text: String?) async throws -> Response {
        let session = try await services.session(of: request)
        guard let id = text.flatMap({ RecordID(text: $0) }) else { throw Problem(.notFound) }
        let json = try await services.read { access in
            guard let scope = try access.scope(of: id), try access.holds(session.holder, scope: scope),
                let history = try access.history(of: id)
            else { throw Problem(.notFound) }
            return history.json.canonical()
        }
        return services.response(body: Array(json.utf8), type: "application/json")
    }
}

extension History {
    fileprivate var json: JSONValue {
        .object([("complete", .bool(complete)), ("items", .array(items.map(\.json)))])
    }
}

extension HistoryItem {
    /// `before` is null where nothing was there, an array where several values were.
    fileprivate var json: JSONValue {
        let before = self.before.map(\.jsonOrDeletion)
        return .object([
            ("dot", .string(dot.description)), ("field", .string(field)),
            ("before", before.count > 1 ? .array(before) : before.first ?? .null),
            ("after", after?.jsonOrDeletion ?? .null), ("author", .string(author.description)),
            ("author_name", authorName.map(JSONValue.string) ?? .null), ("replica", .string(replica.description)),
            ("at", Value.instant(milliseconds: at, offsetMinutes: 0).json), ("current", .bool(current)),
        ])
    }
}

extension Value {
    /// What a deleter knew is a clock; that somebody deleted is all that is shown.
    fileprivate var jsonOrDeletion: JSONValue { if case .known = self { .bool(true) } else { json } }
}
