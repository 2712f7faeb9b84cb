package import FieldModel
package import SyncCore
package import SyncStore
import SyncWire

/// Finds what the words of a command line name; what they do not name is told with what was near.
package enum Lookup {
    package static func entity(_ name: String) throws(VerbFailure) -> EntityDeclaration {
        if let entity = Catalogue.entity(named: name) { return entity }
        let names = Catalogue.entities.map(\.name)
        throw VerbFailure(
            .unknownType, Words("There is no type \"\(name)\".", "没有类型“\(name)”。"),
            hint: didYouMean(name, among: names), details: suggestions(name, among: names))
    }

    package static func field(_ name: String, of entity: EntityDeclaration) throws(VerbFailure) -> FieldDeclaration {
        if let field = entity.field(named: name) { return field }
        let names = entity.fields.map(\.name)
        throw VerbFailure(
            .unknownField,
            Words("A record of type \(entity.name) has no field \"\(name)\".", "\(entity.label.zh)没有字段“\(name)”。"),
            hint: didYouMean(name, among: names), details: suggestions(name, among: names))
    }

    /// The record that a REF names.
    package static func record(
        _ ref: String, type: TypeTag? = nil, _ access: ReadAccess
    ) throws -> (type: TypeTag, id: RecordID) {
        switch try access.resolve(ref, type: type) {
        case .found(let type, let id): return (type, id)
        case .none: throw notFound(ref, type)
        case .ambiguous(let candidates): throw ambiguous(ref, candidates)
        }
    }

    /// The record that a value names. A full id stands even where that record is not held here.
    package static func reference(_ ref: String, type: TypeTag?, _ access: ReadAccess) throws -> RecordID {
        if let id = RecordID(text: ref) { return id }
        return try record(ref, type: type, access).id
    }

    private static func notFound(_ ref: String, _ type: TypeTag?) -> VerbFailure {
        let label = type.flatMap(Catalogue.entity)?.label ?? Words("record", "记录")
        return VerbFailure(
            .notFound,
            Words("There is no \(label.en.lowercased()) \"\(ref)\" here.", "此处没有\(label.zh)“\(ref)”。"),
            hint: Words(
                "Give its number, its id, or at least 6 last digits of the id; search finds more.",
                "请提供编号、完整标识或标识末尾至少 6 位；也可用 search 查找。"),
            details: .object([("candidates", .array([]))]))
    }

    private static func ambiguous(_ ref: String, _ candidates: [RefCandidate]) -> VerbFailure {
        let named = candidates.map { "\($0.typeName) \($0.number ?? $0.id.description) \($0.title ?? "")" }
        let list = named.joined(separator: "\n  ")
        return VerbFailure(
            .ambiguous, Words("\"\(ref)\" may mean:\n  \(list)", "“\(ref)”可能指：\n  \(list)"),
            details: .object([("candidates", .array(candidates.map(\.json)))]))
    }

    private static func didYouMean(_ name: String, among names: [String]) -> Words {
        let near = NearestNames.of(name, among: names)
        let list = (near.isEmpty ? names : near).joined(separator: ", ")
        return near.isEmpty
            ? Words("There are: \(list).", "可用：\(list)。") : Words("Did you mean \(list)?", "是否指 \(list)？")
    }

    private static func suggestions(_ name: String, among names: [String]) -> JSONValue {
        .object([
            ("nearest", .array(NearestNames.of(name, among: names).map(JSONValue.string))),
            ("known", .array(names.map(JSONValue.string))),
        ])
    }
}

extension RefCandidate {
    fileprivate var json: JSONValue {
        .object([
            ("type", .string(typeName)), ("id", .string(id.description)),
            ("number", number.map(JSONValue.string) ?? .null), ("title", title.map(JSONValue.string) ?? .null),
        ])
    }
}
