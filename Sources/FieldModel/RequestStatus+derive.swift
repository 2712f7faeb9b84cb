extension RequestStatus {
    /// - Parameters:
    ///   - orders: the statuses of the orders that refer to the request.
    ///   - hasResult: `result_code` is set.
    ///   - customerInformed: `customer_informed_at` is set.
    package static func derive(orders: [OrderStatus], hasResult: Bool, customerInformed: Bool) -> RequestStatus {
        if orders.contains(.needsDecision) { return .needsDecision }
        if orders.contains(where: isUnderWay) { return .inProgress }
        let open = orders.filter { $0 != .cancelled }
        if hasResult || (!open.isEmpty && open.allSatisfy(isDone)) { return customerInformed ? .closed : .solved }
        return open.isEmpty ? .received : .dispatched
    }

    private static func isUnderWay(_ order: OrderStatus) -> Bool { WorkProgress.isActive(order) || order == .paused }

    private static func isDone(_ order: OrderStatus) -> Bool {
        switch order {
        case .finished, .closed, .closedAmended: true
        default: false
        }
    }
}
