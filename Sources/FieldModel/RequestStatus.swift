/// What a service request shows: derived from its orders, its result and whether the customer knows.
package enum RequestStatus: String, Worded {
    case received, dispatched
    case inProgress = "in_progress"
    case needsDecision = "needs_decision"
    case solved, closed

    package var label: Words {
        switch self {
        case .received: Words("Received", "已受理")
        case .dispatched: Words("Dispatched", "已派工")
        case .inProgress: Words("In progress", "进行中")
        case .needsDecision: Words("Needs a decision", "待决定")
        case .solved: Words("Solved, customer not informed", "已解决，未告知客户")
        case .closed: Words("Closed", "已关闭")
        }
    }
}
