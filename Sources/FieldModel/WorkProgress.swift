/// How far one person's work has come, from what he said of it.
struct WorkProgress {
    /// The event that says so.
    let place: Int
    let status: OrderStatus

    /// - Parameter places: of one person's or one visit's events. Nil when none of them says how far the work is.
    init?(_ places: [Int], _ causality: Causality<WorkEvent>) {
        let telling = places.filter { Self.status(causality.events[$0].kind) != nil }
        // An end stands against whatever was said concurrently on the person's other device.
        let ends = causality.newest(telling).filter { Self.isEnd(causality.events[$0].kind) }
        let finish = ends.last { causality.events[$0].kind == .finished } ?? ends.last
        guard let place = finish ?? telling.last, let status = Self.status(causality.events[place].kind) else {
            return nil
        }
        self.place = place
        let hasLeft = places.contains { causality.events[$0].kind == .left && !causality.isBefore($0, place) }
        self.status = hasLeft && Self.isActive(status) ? .paused : status
    }

    var isActive: Bool { Self.isActive(status) }

    /// Somebody is under way or at work.
    static func isActive(_ status: OrderStatus) -> Bool {
        switch status {
        case .travelling, .onSite, .inProgress: true
        default: false
        }
    }

    private static func isEnd(_ kind: WorkEventKind) -> Bool { kind == .finished || kind == .cannot }

    private static func status(_ kind: WorkEventKind) -> OrderStatus? {
        switch kind {
        case .accepted: .accepted
        case .declined: .declined
        case .departed: .travelling
        case .arrived: .onSite
        case .started, .resumed: .inProgress
        case .paused: .paused
        case .finished: .finished
        case .cannot: .cannot
        case .left, .created, .assigned, .cancelled, .reassigned, .closed: nil
        }
    }
}
