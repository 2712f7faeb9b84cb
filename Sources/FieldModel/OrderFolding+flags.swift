import SyncCore

extension OrderFolding {
    /// Work that a cancellation did not know of or that came in spite of it, until the office has decided.
    var cancelledButDone: [OrderFlag] {
        effectiveCancels.flatMap { cancel in
            lastWork { !causality.isBefore($0, cancel) }.filter { !isDecided($0, cancel) }
                .map { flag(.cancelledButDone, $0, against: cancel) }
        }
    }

    /// The acceptance of the lead: the first one from which the order was not taken again.
    var lead: Int? { standingAcceptances.first }

    /// Acceptances concurrent with that of the lead by other people, until the office has decided: all visits are kept.
    var secondAcceptances: [OrderFlag] {
        guard let lead else { return [] }
        return standingAcceptances.filter {
            causality.events[$0].author != causality.events[lead].author && causality.isConcurrent($0, lead)
                && !isDecided($0, lead)
        }.map { flag(.secondAcceptance, $0, against: lead) }
    }

    /// What people did, or began with, who did not know that the order was taken from them, or did it all the same;
    /// until the office has decided.
    var afterReassignment: [OrderFlag] {
        workers.flatMap { worker in
            takings(from: causality.events[worker[0]].author).filter { isTaken(from: worker, by: $0) }
                .compactMap { afterReassignment(worker, taken: $0) }
        }
    }

    private func afterReassignment(_ worker: [Int], taken: Int) -> OrderFlag? {
        let missed = worker.filter { !causality.isBefore($0, taken) && !isDecided($0, taken) }
        if let work = missed.last(where: { causality.events[$0].kind.isWork }) {
            return flag(.lateVisit, work, against: taken)
        }
        return missed.last { causality.events[$0].kind == .accepted }
            .map { flag(.reassignedButAccepted, $0, against: taken) }
    }

    /// What no closing had seen.
    var lateEvents: [OrderFlag] {
        let closings = effectiveClosings
        guard let last = closings.last else { return [] }
        return causality.places { $0.kind != .closed }
            .filter { event in !closings.contains { causality.isBefore(event, $0) } }
            .map { flag(.lateEvent, $0, against: last) }
    }

    /// Parts used that no closing names. An order's parts are seldom written by those who write its events, and a record
    /// of a part names no events: only the closing can say which it had counted.
    var lateParts: [OrderFlag] {
        let closings = effectiveClosings.map { causality.events[$0] }
        guard let last = closings.last else { return [] }
        let counted = Set(closings.flatMap(\.parts))
        return parts.filter { !counted.contains($0.id) }
            .map { OrderFlag(reason: .latePart, event: $0.id, other: last.id) }
    }

    /// Whether the office, having seen both of two events, has said how to go on: it assigned, cancelled or closed.
    private func isDecided(_ event: Int, _ other: Int) -> Bool {
        places(.assigned, .reassigned, .cancelled, .closed).contains {
            causality.isBefore(event, $0) && causality.isBefore(other, $0)
        }
    }

    private var standingAcceptances: [Int] {
        places(.accepted).filter { acceptance in
            let author = causality.events[acceptance].author
            let declined = causality.places { $0.kind == .declined && $0.author == author }
            return takings(from: author).allSatisfy { causality.isBefore($0, acceptance) }
                && !declined.contains { causality.isBefore(acceptance, $0) }
        }
    }

    /// Reassignments that do not name a person among those who go on, and after which nobody gave it to him again.
    private func takings(from person: RecordID) -> [Int] {
        let given = places(.assigned, .reassigned).filter { causality.events[$0].assignees.contains(person) }
        return places(.reassigned).filter { taken in
            !given.contains { $0 == taken || causality.isBefore(taken, $0) }
        }
    }

    /// Whether a person was on the order without having seen the reassignment, and did not accept it again after it.
    private func isTaken(from worker: [Int], by taken: Int) -> Bool {
        worker.contains { !causality.isBefore(taken, $0) }
            && !worker.contains { causality.events[$0].kind == .accepted && causality.isBefore(taken, $0) }
    }

    /// Per person the last work event of which a condition holds.
    private func lastWork(where holds: (Int) -> Bool) -> [Int] {
        workers.compactMap { worker in worker.last { causality.events[$0].kind.isWork && holds($0) } }
    }
}
