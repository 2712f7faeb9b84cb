package import SyncCore

/// What the events of a work order amount to. The same for the same events in whatever order they came, and no
/// event is ever discarded: what does not fit is flagged for a person.
package struct OrderFold: Sendable, Hashable {
    package let status: OrderStatus
    /// The person who accepted first and from whom the order was not taken.
    package let lead: RecordID?
    /// Every visit that an event names, sorted.
    package let visits: [RecordID]
    /// Sorted.
    package let flags: [OrderFlag]
}

/// An event that a person should look at.
package struct OrderFlag: Sendable, Hashable {
    package enum Reason: String, Worded {
        /// Work that the canceller did not know of, or that was done in spite of it.
        case cancelledButDone = "cancelled_but_done"
        /// Accepted concurrently with the lead's acceptance.
        case secondAcceptance = "second_acceptance"
        /// Accepted by somebody from whom the order was taken concurrently.
        case reassignedButAccepted = "reassigned_but_accepted"
        /// Work by somebody from whom the order was taken: accepted as a late visit.
        case lateVisit = "late_visit"
        /// Came after the order was closed.
        case lateEvent = "late_event"
        /// A part used of which no closing had known.
        case latePart = "late_part"

        package var label: Words {
            switch self {
            case .cancelledButDone: Words("cancelled, but done", "已取消但已完成")
            case .secondAcceptance: Words("accepted by two people", "两人同时接单")
            case .reassignedButAccepted: Words("reassigned, but accepted", "已改派但被接单")
            case .lateVisit: Words("done after reassignment", "改派后完成")
            case .lateEvent: Words("came after closing", "关闭后到达")
            case .latePart: Words("parts that came after closing", "关闭后到达的用料")
            }
        }
    }

    package let reason: Reason
    /// The event in question, or the part used.
    package let event: RecordID
    /// The event that it clashes with.
    package let other: RecordID
    /// Whether who did it had seen the other event.
    package var knew = false
}

extension OrderStatus {
    /// Folds all events of one order.
    /// - Parameter parts: what was used at its visits; of no account before it is closed.
    package static func fold(events: [WorkEvent], parts: [PartUse] = []) -> OrderFold {
        OrderFolding(events, parts: parts).fold
    }
}
