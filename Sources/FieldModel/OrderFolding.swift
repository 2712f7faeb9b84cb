import SyncCore

/// One fold at work.
struct OrderFolding {
    let causality: Causality<WorkEvent>
    /// The places of what each person said of his own work.
    let workers: [[Int]]

    init(_ events: [WorkEvent]) {
        causality = Causality(events)
        let field = causality.places { !$0.kind.isOffice }
        let grouped = Dictionary(grouping: field) { [causality] in causality.events[$0].author }
        workers = grouped.sorted { $0.key < $1.key }.map(\.value)
    }

    var fold: OrderFold {
        let unsettled = cancelledButDone
        let flags = unsettled + secondAcceptances + afterReassignment + lateEvents
        return OrderFold(
            status: unsettled.isEmpty ? settledStatus : .needsDecision,
            lead: lead.map { causality.events[$0].author },
            visits: Set(causality.events.compactMap(\.visit)).sorted(),
            flags: flags.sorted(by: OrderFlag.isListedBefore))
    }

    func places(_ kinds: WorkEventKind...) -> [Int] { causality.places { kinds.contains($0.kind) } }

    func flag(_ reason: OrderFlag.Reason, _ place: Int, against other: Int) -> OrderFlag {
        OrderFlag(reason: reason, event: causality.events[place].id, other: causality.events[other].id)
    }

    /// The status where no decision is open.
    private var settledStatus: OrderStatus {
        if !places(.closed).isEmpty { return lateEvents.isEmpty ? .closed : .closedAmended }
        if !effectiveCancels.isEmpty { return .cancelled }
        return OrderCandidate.leading(in: self)?.status ?? .created
    }

    /// Cancellations after which the order was not given to anybody again.
    var effectiveCancels: [Int] {
        let plans = places(.assigned, .reassigned)
        return places(.cancelled).filter { cancel in !plans.contains { causality.isBefore(cancel, $0) } }
    }
}

extension OrderFlag {
    static func isListedBefore(_ a: OrderFlag, _ b: OrderFlag) -> Bool {
        (a.reason.rawValue, a.event, a.other) < (b.reason.rawValue, b.event, b.other)
    }
}
