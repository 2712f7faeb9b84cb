extension VisitStatus {
    /// Folds the events that name one visit.
    package static func fold(events: [WorkEvent]) -> VisitStatus {
        let causality = Causality(events)
        let places = causality.places { !$0.kind.isOffice }
        guard let progress = WorkProgress(places, causality) else { return places.isEmpty ? .planned : .left }
        switch progress.status {
        case .accepted: return .accepted
        case .declined: return .declined
        case .travelling: return .travelling
        case .onSite: return .onSite
        case .inProgress: return .inProgress
        case .finished: return .finished
        case .cannot: return .cannot
        default: return hasLeft(after: progress, causality) ? .left : .paused
        }
    }

    private static func hasLeft(after progress: WorkProgress, _ causality: Causality<WorkEvent>) -> Bool {
        causality.places { $0.kind == .left }.contains { !causality.isBefore($0, progress.place) }
    }
}
