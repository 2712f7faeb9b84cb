package import FieldModel
import GRDB
package import SyncCore

/// A work order of which somebody must decide what counts, with the events that clash.
package struct DecisionView: Sendable {
    /// Two events that clash.
    package struct Clash: Sendable {
        package let reason: OrderFlag.Reason
        /// What was done.
        package let event: WorkEvent
        /// What it clashes with.
        package let other: WorkEvent
        /// Of `event`; nil when the author's record is not here.
        package let authorName: String?
    }

    package let order: ShownRecord
    package let clashes: [Clash]
}

extension ReadAccess {
    /// Work orders that were done although they were cancelled, newest first.
    package func decisions() throws -> [DecisionView] {
        let table = RecordTable.all[EntityTag.workOrder]
        guard let table else { return [] }
        let authorship = try Authorship(self)
        let statement = try prepare(table.viewSQL + " WHERE status = ? AND deleted = 0 ORDER BY id DESC")
        statement.bind(1, text: OrderStatus.needsDecision.rawValue)
        return try statement.all { try shownRecord(in: $0, table: table) }.map { order in
            DecisionView(
                order: order, clashes: try clashes(in: order.id, authorship, only: [.cancelledButDone]))
        }
    }

    /// The events of a work order that a person should look at, whatever its status.
    package func clashes(in order: RecordID) throws -> [DecisionView.Clash] {
        try clashes(in: order, Authorship(self), only: Set(OrderFlag.Reason.allCases))
    }

    private func clashes(
        in order: RecordID, _ authorship: Authorship, only reasons: Set<OrderFlag.Reason>
    ) throws -> [DecisionView.Clash] {
        let events = try workEvents(of: order)
        let byID = Dictionary(events.map { ($0.id, $0) }) { first, _ in first }
        return try OrderStatus.fold(events: events).flags.filter { reasons.contains($0.reason) }.compactMap { flag in
            guard let event = byID[flag.event], let other = byID[flag.other] else { return nil }
            return DecisionView.Clash(
                reason: flag.reason, event: event, other: other, authorName: try authorship.name(of: event.author))
        }
    }
}
