import FieldModel
import GRDB
package import SyncCore
import SyncWire

extension ReadAccess {
    /// Hands out the canonical dump line by line, sorted by type name, then id: what replicas that hold the same change
    /// sets have in common to the byte. One record is in memory at a time.
    /// - Parameter scope: only the records that show this scope; nil: all.
    package func dump(scope: String? = nil, _ line: (String) throws -> Void) throws {
        for source in try dumpSources() {
            let rows = try prepare(source.select(scoped: scope != nil))
            defer { rows.reset() }
            if let scope { rows.bind(1, try names.known(scope: scope) ?? 0) }
            while try rows.next() {
                let record = try record(in: rows, table: source.table)
                if let scope, record.shown.scope ?? "" != scope { continue }
                try line(Self.dumpLine(type: record.type, id: record.id, state: record.shown))
            }
        }
    }

    private func dumpSources() throws -> [DumpSource] {
        let unknown = try Int64.fetchAll(db, sql: "SELECT DISTINCT type FROM unknown_record").map {
            DumpSource(type: TypeTag(truncatingIfNeeded: $0), table: nil)
        }
        let known = RecordTable.ordered.map { DumpSource(type: $0.entity.tag, table: $0) }
        return (known + unknown).sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    /// One record's line of the canonical dump.
    package static func dumpLine(type: TypeTag, id: RecordID, state: RecordState) -> String {
        let entity = Catalogue.entity(type)
        let fields = state.fields.compactMap { field -> (String, JSONValue)? in
            if field.tag == .scope || field.tag == .deleted || field.state.siblings.isEmpty { return nil }
            let declaration = entity?.field(tag: field.tag)
            let values = canonicalValues(field.state, kind: declaration?.kind ?? .register)
            return (declaration?.name ?? "field-\(field.tag)", .array(values))
        }
        return JSONValue.object([
            ("deleted", .bool(state.deletion != .present)), ("fields", .object(fields)),
            ("id", .string(id.description)), ("scope", .string(state.scope ?? "")),
            ("type", .string(ShownRecord.name(of: type))),
        ]).canonical()
    }

    private static func canonicalValues(_ state: FieldState, kind: FieldKind) -> [JSONValue] {
        switch kind {
        case .register, .review, .ranked, .set: JSONValue.sortedDistinct(state.siblings.map(\.value.canonical))
        case .log: state.inOrder.map(\.value.canonical)
        case .counter: [.integer(state.sum)]
        }
    }
}

extension Value {
    /// What is personal is told apart, by a hash of what is sealed, and not told.
    fileprivate var canonical: JSONValue {
        guard case .sealed(_, let content) = self else { return json }
        return .object([("sealed", .string(Hex.digits(Array(Hash.sha256(content).prefix(8)))))])
    }
}

/// The records of one type in the order of the dump.
private struct DumpSource {
    let type: TypeTag
    /// Nil: this version does not know the type.
    let table: RecordTable?

    var name: String { ShownRecord.name(of: type) }

    /// A row's scope is that of the base; own sets on top may show another one.
    func select(scoped: Bool) -> String {
        let select = table?.selectSQL ?? RecordTable.unknownSelectSQL
        var conditions: [String] = []
        if table == nil { conditions.append("type = \(type)") }
        if scoped { conditions.append("(scope = ? OR id IN (SELECT record FROM base))") }
        let filter = conditions.isEmpty ? "" : " WHERE " + conditions.joined(separator: " AND ")
        return select + filter + " ORDER BY id"
    }
}
