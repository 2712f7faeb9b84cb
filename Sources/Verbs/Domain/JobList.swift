package import FieldModel
import SyncCore
package import SyncStore

extension VerbContext {
    /// Orders that this person is to work on, or works on; `all`: those that are over, too.
    package func jobs(all: Bool) throws -> Report {
        try store.read { access in
            let found = try myOrders(access, in: all ? OrderStatus.allCases : Self.openStatuses)
            return try table(of: found, access)
        }
    }

    /// My open orders, and how much waits for me besides.
    package func today() throws -> Report {
        try store.read { access in
            let orders = try myOrders(access, in: Self.openStatuses)
            let counts = try access.statusCounts()
            var report = try table(of: orders, access)
            report.json = .object([
                ("orders", .array(report.items ?? [])), ("conflicts", .integer(Int64(counts.conflicts))),
                ("rejected", .integer(Int64(counts.rejected))), ("decisions", .integer(Int64(counts.decisions))),
                ("pending", .integer(Int64(counts.receipts.local))),
            ])
            report.remarks += counts.sentences + notices
            return report
        }
    }

    private static let openStatuses = OrderStatus.allCases.filter { !$0.isOver }

    private func myOrders(_ access: ReadAccess, in statuses: [OrderStatus]) throws -> [ShownRecord] {
        try access.orders(of: author, in: statuses).sorted { $0.windowStart < $1.windowStart }
    }

    private func table(of orders: [ShownRecord], _ access: ReadAccess) throws -> Report {
        let names = RecordNames(access)
        var table = TextTable()
        for order in orders {
            let cells = try ["status", "type", "asset", "site", "window_start"].map { name in
                try order.fields.first { $0.name == name }
                    .map { try names.text($0.shown, of: $0.declaration, language) } ?? "–"
            }
            table.add([order.calledName] + cells)
        }
        let none = [Words("No orders for you.", "没有你的工单。")]
        return .list(
            orders.map { .object($0.jsonHead + [("fields", $0.jsonFields)]) }, with: [("more", .bool(false))],
            remarks: orders.isEmpty ? none : []
        ) { _ in table.lines }
    }
}

extension ShownRecord {
    /// Milliseconds since 1970; orders without a window come last.
    fileprivate var windowStart: Int64 {
        if case .one(let value)? = self["window_start"], let start = Instant(value) { start.milliseconds } else { .max }
    }
}

extension StatusCounts {
    /// What is not as it should be.
    package var sentences: [Words] {
        var out: [Words] = []
        if receipts.local > 0 {
            out.append(Words("\(receipts.local) not sent yet: sync", "\(receipts.local) 条未发送：请执行 sync"))
        }
        if conflicts > 0 { out.append(Words("\(conflicts) to decide: conflicts", "\(conflicts) 处冲突待处理：conflicts")) }
        if rejected > 0 { out.append(Words("\(rejected) rejected: rejected", "\(rejected) 条被拒绝：rejected")) }
        return out
    }
}
