import Foundation
import GRDB
package import SyncCore

/// A signed head of an audit that something contradicts, until somebody has looked.
package struct AuditAlarm: Sendable {
    /// Names it here; what `dismissHeld` takes.
    package let name: String
    /// Milliseconds since 1970: when it was found.
    package let at: Int64
    /// Whose audit, by the node's record.
    package let node: RecordID
    package let epoch: UInt64
    package let n: Int64
    /// The head, as it travels.
    package let bytes: [UInt8]
    /// Another head of that node, which cannot be true beside it; nil: this node's own log has no such entry.
    package let other: [UInt8]?
}

extension ReadAccess {
    /// Those that nobody has looked at, newest first.
    package func auditAlarms() throws -> [AuditAlarm] {
        let rows = try prepare(
            "SELECT rowid, at, node, epoch, n, bytes, other FROM audit_alarm WHERE settled = 0 ORDER BY rowid DESC")
        return try rows.all { row in
            guard let node = row.id(2) else { throw ByteReader.damage }
            return AuditAlarm(
                name: "\(Self.alarmPrefix)\(row.integer(0))", at: row.integer(1), node: node,
                epoch: UInt64(bitPattern: row.integer(3)), n: row.integer(4), bytes: row.bytes(5),
                other: row.isNull(6) ? nil : row.bytes(6))
        }
    }

    static let alarmPrefix = "h"

    /// Whether a person has looked at what contradicts this head.
    func isSettled(_ head: KeptAuditHead) throws -> Bool {
        let row = try prepare("SELECT settled FROM audit_alarm WHERE node = ? AND epoch = ? AND n = ?")
        row.bind(1, head.node)
        row.bind(2, Int64(bitPattern: head.epoch))
        row.bind(3, head.n)
        return try row.first { $0.integer(0) != 0 } ?? false
    }
}

extension WriteAccess {
    /// - Parameter name: as `AuditAlarm` has it.
    func settleAlarm(_ name: String) throws {
        try db.execute(
            sql: "UPDATE audit_alarm SET settled = 1 WHERE rowid = ? AND settled = 0",
            arguments: [Int64(name.dropFirst(Self.alarmPrefix.count))])
    }
}
