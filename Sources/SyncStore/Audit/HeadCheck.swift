import FieldModel
import SyncCore

/// What a node's audit says to a head that the node once signed.
package enum HeadCheck: Hashable, Sendable {
    /// The entry is there.
    case holds
    /// It was lost when the node was restored from a backup or made again from its root key, as entry `by` tells.
    case lost(by: Int64)
    /// It is not there, and a person has looked at that.
    case settled
    /// The audit ends before it.
    case cut
    /// Another entry is there.
    case rewritten
}

extension ReadAccess {
    package func check(_ head: KeptAuditHead) throws -> HeadCheck {
        let here = try auditChain(at: head.n)
        if here == head.chain { return .holds }
        if let restored = try restoreAfter(head) ?? recoveryAfter(head) { return .lost(by: restored) }
        if try isSettled(head) { return .settled }
        return try here == nil && auditTail().n < head.n ? .cut : .rewritten
    }

    /// The entry that tells of a restore of this node, from a backup of the epoch, to before this head and after it was
    /// signed.
    private func restoreAfter(_ head: KeptAuditHead) throws -> Int64? {
        let rows = try prepare("SELECT n, detail FROM audit WHERE kind = ? AND n <= ? AND at >= ? ORDER BY n")
        rows.bind(1, Int64(AuditKind.restored.rawValue))
        rows.bind(2, head.n)
        rows.bind(3, head.at)
        let epoch = JSONValue.string(Hex.digits(head.epoch))
        return try rows.all { ($0.integer(0), $0.text(1)) }.first { _, detail in
            detail.contains("\"epoch\":\(epoch.canonical())")
        }?.0
    }

    /// The entry that tells that HQ was made again from its root key, after this head was signed: nothing of the audit of
    /// before is here.
    private func recoveryAfter(_ head: KeptAuditHead) throws -> Int64? {
        let rows = try prepare("SELECT n FROM audit WHERE kind = ? AND at >= ? ORDER BY n")
        rows.bind(1, Int64(AuditKind.rootRecovered.rawValue))
        rows.bind(2, head.at)
        return try rows.all { $0.integer(0) }.first
    }
}

extension WriteAccess {
    /// This node was made from a backup.
    /// - Parameter second: the moment of the backup, since 1970.
    package func noteRestored(second: Int64) throws {
        try audit(
            .restored,
            [
                ("epoch", .string(Hex.digits(try epoch()))), ("second", .integer(second)),
                ("position", .integer(try lastPosition())),
            ])
    }
}
