import GRDB
import SyncCore
import SyncWire

/// How much of something is here: records, and their bytes as they travel, before compression.
package struct ScopeSize: Hashable, Sendable {
    package var records = 0
    package var bytes = 0

    package init() {}

    package static func += (sum: inout ScopeSize, more: ScopeSize) {
        sum.records += more.records
        sum.bytes += more.bytes
    }
}

extension ReadAccess {
    /// Reads every record of the scope. Nothing of a scope that is not known here.
    package func size(ofScope name: String) throws -> ScopeSize {
        try names.known(scope: name).map { try size($0) } ?? ScopeSize()
    }

    /// Of every scope of a kind.
    /// - Parameter every: `Holding.every` for all that are not restricted, or what stands for one restricted part of each.
    package func size(ofEvery every: String) throws -> ScopeSize {
        let part = String(every.dropFirst(Holding.every.count))
        return try Int64.fetchAll(
            db,
            sql: """
                SELECT local FROM scope WHERE records > 0
                AND CASE instr(name, '#') WHEN 0 THEN '' ELSE substr(name, instr(name, '#')) END = ?
                """, arguments: [part]
        ).reduce(into: ScopeSize()) { $0 += try size($1) }
    }

    private func size(_ scope: Int64) throws -> ScopeSize {
        var size = ScopeSize()
        for table in RecordTable.ordered.map(Optional.some) + [nil] {
            let rows = try prepare(table?.page ?? RecordTable.unknownPage)
            defer { rows.reset() }
            rows.bind(1, scope)
            rows.bind(2, Int64(0))
            rows.bind(3, Int64.max)
            while try rows.next() {
                let record = try record(in: rows, table: table)
                guard let base = record.base else { continue }
                size.records += 1
                size.bytes += RecordStateCodec.encode(type: record.type, id: record.id, state: base).count
            }
        }
        return size
    }
}
