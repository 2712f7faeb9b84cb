/// What a visit shows: a fold of the events that name it, never written.
package enum VisitStatus: String, Worded {
    case planned, accepted, declined, travelling
    case onSite = "on_site"
    case inProgress = "in_progress"
    case paused, finished, cannot, left

    package var label: Words {
        switch self {
        case .planned: Words("Planned", "已计划")
        case .accepted: Words("Accepted", "已接单")
        case .declined: Words("Declined", "已拒单")
        case .travelling: Words("Travelling", "途中")
        case .onSite: Words("On site", "已到现场")
        case .inProgress: Words("In progress", "进行中")
        case .paused: Words("Paused", "已挂起")
        case .finished: Words("Finished", "已完工")
        case .cannot: Words("Could not be done", "无法完成")
        case .left: Words("Left", "已离开")
        }
    }
}
