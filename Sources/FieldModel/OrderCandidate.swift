import SyncCore

/// A status that an event alone would give an order; of several the one that a later event did not replace and that
/// matters most is shown.
struct OrderCandidate {
    let place: Int
    let status: OrderStatus
    let event: WorkEvent

    var kind: WorkEventKind { event.kind }

    static func leading(in folding: OrderFolding) -> OrderCandidate? {
        let candidates = all(in: folding)
        let standing = candidates.filter { candidate in
            !candidates.contains { $0.replaces(candidate, folding.causality) }
        }
        return standing.max { ($0.weight, $0.place) < ($1.weight, $1.place) }
    }

    private static func all(in folding: OrderFolding) -> [OrderCandidate] {
        let events = folding.causality.events
        let work = folding.workers.compactMap { WorkProgress($0, folding.causality) }.map {
            OrderCandidate(place: $0.place, status: $0.status, event: events[$0.place])
        }
        let plans = folding.places(.created, .assigned, .reassigned).map {
            OrderCandidate(place: $0, status: events[$0].kind == .created ? .created : .assigned, event: events[$0])
        }
        return work + plans.filter { plan in !work.contains { plan.leaves($0, folding.causality) } }
    }

    /// Whether a plan leaves the order to somebody who was on it already: his work goes on as if nothing had been said.
    private func leaves(_ work: OrderCandidate, _ causality: Causality<WorkEvent>) -> Bool {
        event.assignees.contains(work.event.author) && work.status != .declined
            && causality.isBefore(work.place, place)
    }

    /// A later word replaces an earlier one, but nobody's work under way ends because somebody else is assigned,
    /// accepts or declines.
    private func replaces(_ other: OrderCandidate, _ causality: Causality<WorkEvent>) -> Bool {
        guard causality.isBefore(other.place, place) else { return false }
        if kind == .declined { return other.kind == .created || other.kind == .assigned || other.kind == .reassigned }
        if !WorkProgress.isActive(other.status) { return true }
        return kind == .reassigned || status == .finished || status == .cannot
    }

    /// Of concurrent words the one that somebody must not overlook. A reassignment outweighs an acceptance that did not
    /// know of it; work that was done outweighs both.
    private var weight: Int {
        switch (status, kind) {
        case (.inProgress, _): 10
        case (.onSite, _): 9
        case (.travelling, _): 8
        case (.paused, _): 7
        case (.finished, _): 6
        case (_, .reassigned): 5
        case (.cannot, _): 4
        case (.accepted, _): 3
        case (_, .assigned): 2
        case (.declined, _): 1
        default: 0
        }
    }
}
