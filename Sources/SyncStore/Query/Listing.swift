import FieldModel
import Foundation
import GRDB
package import SyncCore

/// Records of a list, newest first.
package struct Listing: Sendable {
    package let items: [ShownRecord]
    /// Whether there are others that the limit left out.
    package let more: Bool

    init(_ found: [ShownRecord], limit: Int) {
        items = Array(found.prefix(limit))
        more = found.count > limit
    }
}

/// What a record of a list must show: a single-valued field this value, a set or log this element.
package struct FieldMatch: Hashable, Sendable {
    package let tag: FieldTag
    package let value: Value

    package init(tag: FieldTag, value: Value) {
        self.tag = tag
        self.value = value
    }
}

extension ReadAccess {
    /// The records of a type, newest first; deleted ones are left out.
    /// - Parameters:
    ///   - matches: all of them hold; tags of fields of the type, derived ones too.
    ///   - since: milliseconds since 1970 UTC: only records made then or later.
    package func list(
        _ type: TypeTag, matching matches: [FieldMatch] = [], since: Int64? = nil, limit: Int
    ) throws -> Listing {
        guard let table = RecordTable.all[type] else { return Listing([], limit: limit) }
        // What is personal stands in no column: it is read record by record.
        let personal = matches.filter { table.entity.field(tag: $0.tag)?.personal != nil }
        let conditions = matches.filter { !personal.contains($0) }.map { match -> SQL in
            guard let columns = (table.columns + table.derived).first(where: { $0.field.tag == match.tag }) else {
                preconditionFailure("a list is matched by fields of its type")
            }
            return columns.condition(match.value, of: type)
        }
        let first = since.map { RecordID(high: UInt64(clamping: $0) << 16, low: 0) }
        let age = first.map { [SQL("id >= \($0.databaseValue)")] } ?? []
        let all = ([SQL("deleted = 0")] + age + conditions).joined(separator: " AND ")
        let most = personal.isEmpty ? limit + 1 : -1
        let query = SQL("\(sql: table.viewSQL) WHERE \(all) ORDER BY id DESC LIMIT \(most)")
        let (sql, arguments) = try query.build(db)
        let statement = try db.cachedStatement(sql: sql)
        try statement.setArguments(arguments)
        let rows = Prepared(statement)
        defer { rows.reset() }
        var found: [ShownRecord] = []
        while try found.count <= limit && rows.next() {
            let record = try shownRecord(in: rows, table: table)
            if personal.allSatisfy(record.shows) { found.append(record) }
        }
        return Listing(found, limit: limit)
    }

    /// The records whose text has all words of a query, newest first. Of a type with more hits than the limit, those
    /// that came here last.
    package func search(_ text: String, limit: Int) throws -> Listing {
        guard let expression = SearchText.expression(text) else { return Listing([], limit: limit) }
        let found = try RecordTable.ordered.flatMap { try hits(in: $0, expression, limit: limit + 1) }
        return Listing(found.sorted { $0.id > $1.id }, limit: limit)
    }

    private static func places(
        _ table: RecordTable, _ expression: String, _ limit: Int, _ db: Database
    ) throws -> [Int64] {
        let statement = try db.cachedStatement(
            sql: "SELECT rowid FROM search WHERE search MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?")
        return try Int64.fetchAll(
            statement,
            arguments: [
                expression, SearchText.rowid(type: table.entity.tag, rowid: 0),
                SearchText.rowid(type: table.entity.tag, rowid: SearchText.rowMax), limit,
            ])
    }

    private func hits(in table: RecordTable, _ expression: String, limit: Int) throws -> [ShownRecord] {
        // The index is read from its end and left at the limit: ranking all hits of a common word costs far more.
        let places =
            try table.entity.isPersonal
            ? (people.isAbsent ? [] : people.read { try Self.places(table, expression, limit, $0) })
            : Self.places(table, expression, limit, db)
        let select = try prepare(table.viewSQL + " WHERE rowid = ?")
        return try places.compactMap { place in
            select.bind(1, SearchText.place(place).rowid)
            return try select.first { try shownRecord(in: $0, table: table) }
        }
    }
}

extension ShownRecord {
    fileprivate func shows(_ match: FieldMatch) -> Bool {
        switch fields.first(where: { $0.tag == match.tag })?.shown {
        case .one(let value)?: value == match.value
        case .many(let values)?: values.contains(match.value)
        case nil: false
        }
    }
}

extension FieldColumns {
    /// That the field shows a value, or has it among its elements or entries.
    fileprivate func condition(_ value: Value, of type: TypeTag) -> SQL {
        if isOfPeople, case .reference(let person) = value {
            let (type, tag) = (Int64(type), Int64(tag))
            return SQL("id IN (SELECT record FROM named WHERE person = \(person) AND type = \(type) AND tag = \(tag))")
        }
        switch field.kind {
        case .register, .review, .ranked:
            guard let values = databaseValues(value) else { return SQL("0") }
            let pairs = zip(names, values).map { SQL("\(sql: "\"\($0)\"") = \($1)") }
            // The same moment is the same in every zone.
            return field.type == .instant ? pairs[0] : pairs.joined(separator: " AND ")
        case .set, .log:
            return SQL("EXISTS (SELECT 1 FROM json_each(\(sql: "\"\(field.name)\"")) WHERE value = \(value.inArray))")
        case .counter:
            guard case .integer(let sum) = value else { return SQL("0") }
            return SQL("\(sql: "\"\(field.name)\"") = \(sum)")
        }
    }
}

extension Value {
    /// What `json_each` says of the value in a set's or log's column.
    fileprivate var inArray: DatabaseValue {
        switch json {
        case .string(let text): text.databaseValue
        case .integer(let number): number.databaseValue
        case .bool(let flag): flag.databaseValue
        case .null: .null
        case .array, .object: json.canonical().databaseValue
        }
    }
}
