import SyncCore

/// One fold at work.
struct OrderFolding {
    let causality: Causality<WorkEvent>
    /// The places of what each person said of his own work.
    let workers: [[Int]]
    let parts: [PartUse]

    init(_ events: [WorkEvent], parts: [PartUse]) {
        self.parts = parts
        causality = Causality(events)
        let field = causality.places { !$0.kind.isOffice }
        let grouped = Dictionary(grouping: field) { [causality] in causality.events[$0].author }
        workers = grouped.sorted { $0.key < $1.key }.map(\.value)
    }

    var fold: OrderFold {
        let unsettled = cancelledButDone
        let late = lateEvents + lateParts
        let flags = unsettled + secondAcceptances + afterReassignment + late
        return OrderFold(
            status: unsettled.isEmpty ? settledStatus(amended: !late.isEmpty) : .needsDecision,
            lead: lead.map { causality.events[$0].author },
            visits: Set(causality.events.compactMap(\.visit)).sorted(),
            flags: flags.sorted(by: OrderFlag.isListedBefore))
    }

    func places(_ kinds: WorkEventKind...) -> [Int] { causality.places { kinds.contains($0.kind) } }

    func flag(_ reason: OrderFlag.Reason, _ place: Int, against other: Int) -> OrderFlag {
        OrderFlag(
            reason: reason, event: causality.events[place].id, other: causality.events[other].id,
            knew: causality.isBefore(other, place))
    }

    /// The status where no decision is open.
    private func settledStatus(amended: Bool) -> OrderStatus {
        if !effectiveClosings.isEmpty { return amended ? .closedAmended : .closed }
        if !effectiveCancels.isEmpty { return .cancelled }
        return OrderCandidate.leading(in: self)?.status ?? .created
    }

    /// Cancellations after which the order was not given to anybody again.
    var effectiveCancels: [Int] { places(.cancelled).filter(isLastWord) }

    /// Closings after which the order was not given to anybody again.
    var effectiveClosings: [Int] { places(.closed).filter(isLastWord) }

    private func isLastWord(_ place: Int) -> Bool {
        !places(.assigned, .reassigned).contains { causality.isBefore(place, $0) }
    }
}

extension OrderFlag {
    static func isListedBefore(_ a: OrderFlag, _ b: OrderFlag) -> Bool {
        (a.reason.rawValue, a.event, a.other) < (b.reason.rawValue, b.event, b.other)
    }
}
