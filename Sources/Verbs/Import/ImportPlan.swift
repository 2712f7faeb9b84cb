import FieldModel
import Foundation
import SyncCore
import SyncWire

/// An import map that fits the catalogue and the columns of one file.
struct ImportPlan {
    struct Field {
        let declaration: FieldDeclaration
        let source: ImportMap.Source
    }

    struct Entry {
        let entity: EntityDeclaration
        let alias: String
        let find: [FieldDeclaration]
        let fields: [Field]
    }

    let map: ImportMap
    let zone: TimeZone
    /// Place of each named column in a row.
    let columns: [String: Int]
    let columnCount: Int
    let entries: [Entry]

    init(_ map: ImportMap, header: [String]) throws {
        self.map = map
        let names = header.map { $0.trimmingCharacters(in: .whitespaces) }
        columns = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
        columnCount = header.count
        let missing = map.columns.filter { ![String](names).contains($0) }
        guard missing.isEmpty, !map.columns.isEmpty else { throw Self.missing(missing, among: names) }
        guard let zone = map.zone.map({ TimeZone(identifier: $0) }) ?? .current else {
            throw Self.unusable("zone", map.zone ?? "")
        }
        self.zone = zone
        entries = try map.rows.enumerated().map { try Self.entry($1, at: $0, before: map.rows.prefix($0)) }
    }

    private static func entry(
        _ entry: ImportMap.Entry, at index: Int, before: ArraySlice<ImportMap.Entry>
    ) throws -> Entry {
        let entity = try Lookup.entity(entry.type)
        let fields = try entry.set.sorted { $0.key < $1.key }.map { name, source in
            let field = try Lookup.field(name, of: entity)
            if field.derived { throw VerbFailure(.derived, details: .object([("field", .string(name))])) }
            if case .record(let alias) = source, !before.contains(where: { $0.as == alias }) {
                throw unusable("ref", alias)
            }
            return Field(declaration: field, source: source)
        }
        let find = try (entry.find ?? []).map { try Lookup.field($0, of: entity) }
        guard find.allSatisfy({ wanted in fields.contains { $0.declaration.tag == wanted.tag } }) else {
            throw unusable("find", entry.find?.joined(separator: ", ") ?? "")
        }
        return Entry(entity: entity, alias: entry.as ?? "\(index)", find: find, fields: fields)
    }

    private static func missing(_ missing: [String], among names: [String]) -> VerbFailure {
        let list = missing.joined(separator: ", ")
        return VerbFailure(
            .usage,
            Words("The file has no column \(list).", "文件中没有列 \(list)。"),
            hint: Words(
                "Its columns are: \(names.joined(separator: ", ")).", "文件的列为：\(names.joined(separator: "、"))。"))
    }

    private static func unusable(_ key: String, _ value: String) -> VerbFailure {
        VerbFailure(
            .usage, Words("The import map's \"\(key)\" names nothing: \(value).", "导入映射中的 \(key) 无效：\(value)。"))
    }
}
