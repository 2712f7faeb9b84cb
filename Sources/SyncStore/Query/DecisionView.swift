package import FieldModel
import GRDB
package import SyncCore

/// Something about a work order that somebody must decide, with what clashes.
package struct DecisionView: Sendable {
    /// What was done and what it clashes with.
    package struct Clash: Sendable {
        package let flag: OrderFlag
        /// What was done; nil where a part was used.
        package let event: WorkEvent?
        /// The part used.
        package let part: PartUse?
        /// What it clashes with.
        package let other: WorkEvent
        /// Whose work it is.
        package let author: RecordID
        /// Of the author, and of who said otherwise; nil when their records are not here.
        package let authorName: String?
        package let otherName: String?
    }

    package let order: ShownRecord
    package let reason: OrderFlag.Reason
    package let clashes: [Clash]
    /// When it was found here: milliseconds since 1970 UTC.
    package let since: Int64

    package var responsibility: Responsibility { .of(reason) }
}

extension ReadAccess {
    /// What must be decided about work orders, the last found first: work that came late, and what two people were to do.
    package func decisions() throws -> [DecisionView] {
        let authorship = try Authorship(self)
        let statement = try prepare(
            """
            SELECT DISTINCT record FROM decision JOIN work_order ON work_order.id = record WHERE deleted = 0
            ORDER BY record DESC
            """)
        let orders = try statement.all { $0.id(0) }.compactMap(\.self)
        return try orders.flatMap { try decisions(of: $0, authorship) }.sorted { $0.since > $1.since }
    }

    /// What must be decided about one work order; nothing where it is not here.
    package func decisions(of order: RecordID) throws -> [DecisionView] {
        try decisions(of: order, Authorship(self))
    }

    private func decisions(of id: RecordID, _ authorship: Authorship) throws -> [DecisionView] {
        guard let order = try shownRecord(id, type: EntityTag.workOrder) else { return [] }
        let clashes = try clashes(in: id, authorship)
        return try listedDecisions(of: id).sorted { $0.key.rawValue < $1.key.rawValue }.map { reason, since in
            DecisionView(
                order: order, reason: reason, clashes: clashes.filter { $0.flag.reason == reason }, since: since)
        }
    }

    private func clashes(in order: RecordID, _ authorship: Authorship) throws -> [DecisionView.Clash] {
        let events = Dictionary(try workEvents(of: order).map { ($0.id, $0) }) { first, _ in first }
        let parts = Dictionary(try partUses(of: order).map { ($0.id, $0) }) { first, _ in first }
        return try orderFold(order, Array(events.values)).flags.compactMap { flag in
            let (event, part) = (events[flag.event], parts[flag.event])
            guard let other = events[flag.other], let author = event?.author ?? part?.author else { return nil }
            return DecisionView.Clash(
                flag: flag, event: event, part: part, other: other, author: author,
                authorName: try authorship.name(of: author),
                otherName: try authorship.name(of: other.author))
        }
    }
}
