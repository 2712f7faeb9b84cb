package import SyncCore

/// A work order as far as it decides what those who work on it hold.
package struct OrderForHolding: Sendable {
    /// Where it is filed.
    package let scope: Scope?
    /// Of the site in whose scope it is filed.
    package let account: RecordID?
    package let assignees: [Member]
    /// Of its visits.
    package let technicians: [Member]
    /// Milliseconds since 1970; nil: it has no window.
    package let windowStart: Int64?
    /// When the last thing happened to it that is known; nil: it is not over.
    package let overSince: Int64?

    package init(
        scope: Scope?, account: RecordID?, assignees: [Member], technicians: [Member], windowStart: Int64?,
        overSince: Int64?
    ) {
        self.scope = scope
        self.account = account
        self.assignees = assignees
        self.technicians = technicians
        self.windowStart = windowStart
        self.overSince = overSince
    }

    /// What whoever works on it needs. Never a restricted part: nobody comes by one through an order.
    fileprivate var roots: [Scope.Root] {
        guard let scope, scope.part == nil else { return [] }
        switch scope.root {
        case .site: return [scope.root] + (account.map { [.account($0)] } ?? [])
        case .account, .branch: return [scope.root]
        default: return []
        }
    }
}

extension HoldingRule {
    /// An order is held from so many days before its window on, and for so many days after it is over.
    package static let (daysAhead, daysRecent): (Int64, Int64) = (14, 30)
    private static let day: Int64 = 86_400_000

    package static func order(_ order: OrderForHolding, now: Int64) -> HoldingClaims {
        let end = order.overSince.map { Int64(clamping: Int128($0) + Int128(daysRecent * day)) }
        if let end, now >= end { return HoldingClaims() }
        let begin = order.windowStart.map { Int64(clamping: Int128($0) - Int128(daysAhead * day)) }
        if end == nil, let begin, now < begin { return HoldingClaims(due: begin) }
        let roots = order.roots
        return HoldingClaims(
            people(order.assignees, roots, .assigned) + people(order.technicians, roots, .visit), due: end)
    }
}
