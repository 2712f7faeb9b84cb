import SyncCore

extension OrderFolding {
    /// Work that a cancellation did not know of or that came in spite of it, until the office, having seen both,
    /// cancels again or closes.
    var cancelledButDone: [OrderFlag] {
        let decisions = places(.cancelled, .closed)
        return effectiveCancels.flatMap { cancel in
            lastWork { !causality.isBefore($0, cancel) }.filter { work in
                !decisions.contains { causality.isBefore(cancel, $0) && causality.isBefore(work, $0) }
            }.map { flag(.cancelledButDone, $0, against: cancel) }
        }
    }

    /// The acceptance of the lead: the first one from which the order was not taken again.
    var lead: Int? { standingAcceptances.first }

    /// Acceptances concurrent with that of the lead by other people: all visits are kept.
    var secondAcceptances: [OrderFlag] {
        guard let lead else { return [] }
        return standingAcceptances.filter {
            causality.events[$0].author != causality.events[lead].author && causality.isConcurrent($0, lead)
        }.map { flag(.secondAcceptance, $0, against: lead) }
    }

    /// What people did, or began with, who did not know that the order was taken from them, or did it all the same.
    var afterReassignment: [OrderFlag] {
        places(.reassigned).flatMap { taken in
            workers.filter { wasTaken(from: $0, by: taken) }.compactMap { worker in
                let missed = worker.filter { !causality.isBefore($0, taken) }
                if let work = missed.last(where: { causality.events[$0].kind.isWork }) {
                    return flag(.lateVisit, work, against: taken)
                }
                return missed.last { causality.events[$0].kind == .accepted }
                    .map { flag(.reassignedButAccepted, $0, against: taken) }
            }
        }
    }

    /// What no closing had seen.
    var lateEvents: [OrderFlag] {
        let closings = places(.closed)
        guard let last = closings.last else { return [] }
        return causality.places { $0.kind != .closed }
            .filter { event in !closings.contains { causality.isBefore(event, $0) } }
            .map { flag(.lateEvent, $0, against: last) }
    }

    private var standingAcceptances: [Int] {
        let ends = places(.reassigned)
        return places(.accepted).filter { acceptance in
            let author = causality.events[acceptance].author
            let declined = causality.places { $0.kind == .declined && $0.author == author }
            return ends.allSatisfy { causality.isBefore($0, acceptance) }
                && !declined.contains { causality.isBefore(acceptance, $0) }
        }
    }

    /// Whether a person was on the order without having seen the reassignment, and did not accept it again after it.
    private func wasTaken(from worker: [Int], by taken: Int) -> Bool {
        worker.contains { !causality.isBefore(taken, $0) }
            && !worker.contains { causality.events[$0].kind == .accepted && causality.isBefore(taken, $0) }
    }

    /// Per person the last work event of which a condition holds.
    private func lastWork(where holds: (Int) -> Bool) -> [Int] {
        workers.compactMap { worker in worker.last { causality.events[$0].kind.isWork && holds($0) } }
    }
}
