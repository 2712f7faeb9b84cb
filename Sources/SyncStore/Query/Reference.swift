import FieldModel
import Foundation
import GRDB
package import SyncCore

/// What a text that names a record (a REF) was found to mean.
package enum RefOutcome: Sendable {
    case found(TypeTag, RecordID)
    case none
    case ambiguous([RefCandidate])
}

/// One of the records that a REF may mean.
package struct RefCandidate: Hashable, Sendable {
    package let type: TypeTag
    package let id: RecordID
    package let number: String?
    package let title: String?

    package var typeName: String { ShownRecord.name(of: type) }
}

extension ReadAccess {
    /// Digits of an id that are enough to name a record by.
    private static let suffixDigitsMin = 6
    /// Candidates that a person is shown.
    private static let candidatesMax = 20

    /// Finds the record that a text names: a readable number, a full id, an id's last digits; with the type given, also
    /// a user's login, the code of a product or part, the code or name of a branch. The first of these that names any
    /// record decides; deleted records are found too.
    package func resolve(_ ref: String, type: TypeTag? = nil) throws -> RefOutcome {
        let tables = RecordTable.ordered.filter { type == nil || $0.entity.tag == type }
        if let id = RecordID(text: ref) {
            guard let found = try typeOfRecord(id), type == nil || found == type else { return .none }
            return .found(found, id)
        }
        var found = try tables.flatMap { try rows(of: $0, named: ref, in: Self.namingFields($0, type: type)) }
        if found.isEmpty { found = try records(endingIn: ref, tables: tables, unknownToo: type == nil) }
        if found.count == 1 { return .found(found[0].type, found[0].id) }
        return found.isEmpty ? .none : .ambiguous(try found.prefix(Self.candidatesMax).map(candidate))
    }

    /// The type of a record that is here.
    /// - Parameter expected: the type that it is likely to be of, which is looked through first.
    package func typeOfRecord(_ id: RecordID, expected: TypeTag? = nil) throws -> TypeTag? {
        if let table = expected.flatMap({ RecordTable.all[$0] }) {
            let presence = try prepare(table.presence)
            presence.bind(1, id)
            if try presence.first({ _ in true }) != nil { return expected }
        }
        let statement = try prepare(RecordTable.typeOfRecord)
        statement.bind(1, id)
        return try statement.first { TypeTag(truncatingIfNeeded: $0.integer(0)) }
    }

    private static func namingFields(_ table: RecordTable, type: TypeTag?) -> [String] {
        let names =
            switch type {
            case EntityTag.user: ["login"]
            case EntityTag.product, EntityTag.part: ["code"]
            case EntityTag.branch: ["code", "name"]
            default: ["number"]
            }
        return names.filter { table.entity.field(named: $0) != nil }
    }

    private func rows(of table: RecordTable, named ref: String, in fields: [String]) throws -> [FoundRecord] {
        if fields.isEmpty { return [] }
        let condition = fields.map { "\"\($0)\" IN (:ref, :upper)" }.joined(separator: " OR ")
        let statement = try db.cachedStatement(
            sql: "SELECT id FROM \"\(table.entity.name)\" WHERE \(condition) ORDER BY id")
        let ids = try RecordID.fetchAll(statement, arguments: ["ref": ref, "upper": ref.uppercased()])
        return ids.map { FoundRecord(type: table.entity.tag, id: $0) }
    }

    private func records(endingIn ref: String, tables: [RecordTable], unknownToo: Bool) throws -> [FoundRecord] {
        let digits = ref.lowercased().filter { $0 != "-" }
        guard digits.utf8.count >= Self.suffixDigitsMin, digits.allSatisfy({ $0.isASCII && $0.isHexDigit }),
            let bytes = Hex.bytes(digits.suffix(digits.utf8.count / 2 * 2))
        else { return [] }
        let selects =
            tables.map { "SELECT \($0.entity.tag) AS type, id FROM \"\($0.entity.name)\"" }
            + (unknownToo ? ["SELECT type, id FROM unknown_record"] : [])
        let sql = selects.map { $0 + " WHERE substr(id, :from) = :bytes" }.joined(separator: " UNION ALL ")
        let rows = try Row.fetchAll(
            db, sql: sql + " ORDER BY id", arguments: ["from": -bytes.count, "bytes": Data(bytes)])
        return rows.compactMap { row in
            guard let id = RecordID.fromDatabaseValue(row[1]) else { return nil }
            let printed = id.description.filter { $0 != "-" }
            let type = TypeTag(truncatingIfNeeded: row[0] as Int64)
            return printed.hasSuffix(digits) ? FoundRecord(type: type, id: id) : nil
        }
    }

    private func candidate(_ found: FoundRecord) throws -> RefCandidate {
        let shown = try shownRecord(found.id, type: found.type)
        return RefCandidate(type: found.type, id: found.id, number: shown?.number, title: shown?.title)
    }
}

private struct FoundRecord {
    let type: TypeTag
    let id: RecordID
}
