import FieldModel
import Foundation
import GRDB
package import SyncCore

/// The ids of a scope behind those that begin with one prefix, up to the last that begins with another.
package struct IDRange: Hashable, Sendable {
    package let scope: String
    /// 0 to 16 bytes; empty: from the first id.
    package let after: [UInt8]
    /// 0 to 16 bytes; empty: to the last id.
    package let upto: [UInt8]

    package init(scope: String, after: [UInt8] = [], upto: [UInt8] = []) {
        self.scope = scope
        self.after = after
        self.upto = upto
    }

    /// A range of one id.
    package init(scope: String, only id: RecordID) {
        let (low, borrow) = id.low.subtractingReportingOverflow(1)
        let before = RecordID(high: borrow ? id.high &- 1 : id.high, low: low)
        self.init(scope: scope, after: id.high | id.low == 0 ? [] : before.bytes, upto: id.bytes)
    }

    /// Behind the last of these bytes; empty: from the first id.
    var lowest: [UInt8] { after.isEmpty ? [] : Self.last(after).bytes }
    var highest: RecordID { Self.last(upto) }

    /// The last id that begins with a prefix.
    fileprivate static func last(_ prefix: [UInt8]) -> RecordID {
        let bytes = prefix + [UInt8](repeating: .max, count: max(0, 16 - prefix.count))
        return RecordID(bytes: bytes) ?? RecordID(high: .max, low: .max)
    }
}

/// What is held in a range: how many records, and the sum of the last 8 bytes of their hashes.
package struct RangeSum: Hashable, Sendable {
    package let range: IDRange
    package let records: Int
    package let sum: UInt64

    package init(range: IDRange, records: Int, sum: UInt64) {
        self.range = range
        self.records = records
        self.sum = sum
    }
}

/// A record that a node has or told of, and the last 8 bytes of its base's hash.
package struct RecordHash: Hashable, Sendable {
    package let id: RecordID
    package let hash: UInt64
}

extension ReadAccess {
    /// The records in a range, ascending by id.
    package func hashes(in range: IDRange) throws -> [RecordHash] {
        var out: [RecordHash] = []
        try eachHash(in: range) { record in
            out.append(record)
            return true
        }
        return out
    }

    /// Cuts a range into pieces of so many records that follow one another; the last one ends where the range does.
    package func split(_ range: IDRange, records size: Int) throws -> [RangeSum] {
        var pieces: [RangeSum] = []
        var (after, last) = (range.after, RecordHash?.none)
        var (records, sum): (Int, UInt64) = (0, 0)
        try eachHash(in: range) { next in
            if let end = last, records >= size {
                let upto = end.id.prefix(before: next.id)
                let piece = IDRange(scope: range.scope, after: after, upto: upto)
                pieces.append(RangeSum(range: piece, records: records, sum: sum))
                (after, records, sum) = (upto, 0, 0)
            }
            (records, sum, last) = (records + 1, sum &+ next.hash, next)
            return true
        }
        let piece = IDRange(scope: range.scope, after: after, upto: range.upto)
        return pieces + [RangeSum(range: piece, records: records, sum: sum)]
    }

    /// Which of the puller's ranges, each beginning where the one before it ends, sum up to something else here.
    /// - Parameter holder: whose they are; of a scope that he does not hold there is nothing.
    package func differing(_ theirs: [RangeSum], for holder: RecordID) throws -> [Int] {
        guard let first = theirs.first?.range, let last = theirs.last?.range else { return [] }
        guard try holds(holder, scope: first.scope) else { return theirs.indices.filter { theirs[$0].sum != 0 } }
        let ends = theirs.map(\.range.highest)
        var sums = [UInt64](repeating: 0, count: theirs.count)
        var index = 0
        try eachHash(in: IDRange(scope: first.scope, after: first.after, upto: last.upto)) { record in
            while index < ends.count - 1, ends[index] < record.id { index += 1 }
            sums[index] &+= record.hash
            return true
        }
        return theirs.indices.filter { theirs[$0].sum != sums[$0] }
    }

    /// Goes through a range by id, one record in memory at a time, for as long as `body` wants to go on.
    func eachHash(in range: IDRange, _ body: (RecordHash) throws -> Bool) throws {
        guard let scope = try names.known(scope: range.scope) else { return }
        let rows = try Row.fetchCursor(
            db.cachedStatement(sql: Self.hashesSQL),
            arguments: ["scope": scope, "lowest": Data(range.lowest), "highest": range.highest])
        while let row = try rows.next() {
            guard let id = RecordID.fromDatabaseValue(row[0]) else { throw ByteReader.damage }
            let hash = try row.withUnsafeData(atIndex: 1) { data in
                data?.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } ?? 0
            }
            if try !body(RecordHash(id: id, hash: hash)) { return }
        }
    }

    /// By the index over scope and id of each table, which SQLite merges without sorting anything.
    private static let hashesSQL: String = {
        let tables = RecordTable.ordered.map(\.entity.name) + [RecordTable.unknownName]
        let selects = tables.map { name in
            """
            SELECT id, hash FROM "\(name)" INDEXED BY "\(name)_ids"
            WHERE scope = :scope AND hash IS NOT NULL AND id > :lowest AND id <= :highest
            """
        }
        return selects.joined(separator: " UNION ALL ") + " ORDER BY id"
    }()
}

extension RecordID {
    /// The shortest beginning of this id that the next one does not have.
    fileprivate func prefix(before next: RecordID) -> [UInt8] {
        let common = zip(bytes, next.bytes).prefix { $0 == $1 }.count
        return Array(bytes.prefix(common + 1))
    }
}
