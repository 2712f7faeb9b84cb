/// What can happen to a work order; a fold of these events is its status.
package enum WorkEventKind: String, Worded {
    case created, assigned, accepted, declined, departed, arrived, started, paused, resumed, finished, cannot, left
    case cancelled, reassigned, closed

    package var label: Words {
        switch self {
        case .created: Words("created", "创建")
        case .assigned: Words("assigned", "派工")
        case .accepted: Words("accepted", "接单")
        case .declined: Words("declined", "拒单")
        case .departed: Words("departed", "出发")
        case .arrived: Words("arrived", "到达")
        case .started: Words("started", "开始")
        case .paused: Words("paused", "挂起")
        case .resumed: Words("resumed", "继续")
        case .finished: Words("finished", "完工")
        case .cannot: Words("could not be done", "无法完成")
        case .left: Words("left", "离开")
        case .cancelled: Words("cancelled", "取消")
        case .reassigned: Words("reassigned", "改派")
        case .closed: Words("closed", "关闭")
        }
    }

    /// Said by the office about the order; everything else is said by the person who does the work.
    package var isOffice: Bool {
        switch self {
        case .created, .assigned, .cancelled, .reassigned, .closed: true
        default: false
        }
    }

    /// Work was done on the spot, whatever the office said meanwhile.
    package var isWork: Bool {
        switch self {
        case .started, .resumed, .finished: true
        default: false
        }
    }
}
