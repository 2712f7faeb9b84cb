/// What a work order shows: a fold of its events, never written.
package enum OrderStatus: String, Worded {
    case created, assigned, accepted, declined, travelling
    case onSite = "on_site"
    case inProgress = "in_progress"
    case paused, finished, cannot, cancelled
    case needsDecision = "needs_decision"
    case closed
    case closedAmended = "closed_amended"

    /// Whether nobody is to work on the order any more.
    package var isOver: Bool {
        switch self {
        case .finished, .cancelled, .closed, .closedAmended, .needsDecision: true
        default: false
        }
    }

    package var label: Words {
        switch self {
        case .created: Words("Created", "已创建")
        case .assigned: Words("Assigned", "已派工")
        case .accepted: Words("Accepted", "已接单")
        case .declined: Words("Declined", "已拒单")
        case .travelling: Words("Travelling", "途中")
        case .onSite: Words("On site", "已到现场")
        case .inProgress: Words("In progress", "进行中")
        case .paused: Words("Paused", "已挂起")
        case .finished: Words("Finished", "已完工")
        case .cannot: Words("Could not be done", "无法完成")
        case .cancelled: Words("Cancelled", "已取消")
        case .needsDecision: Words("Completed, needs a decision", "已完成，待决定")
        case .closed: Words("Closed", "已关闭")
        case .closedAmended: Words("Closed (amended)", "已关闭（有补充）")
        }
    }
}
