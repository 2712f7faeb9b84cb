import GRDB
package import SyncCore

/// What an account amounts to here, in all and by the branch that serves its sites.
package struct AccountTotals: Sendable {
    package struct Figures: Hashable, Sendable {
        package var sites: Int
        package var assets: Int
        /// By derived status.
        package var orders: [String: Int]
        package var visits: Int
        /// Ends of repairs: `repair_ended` events of its assets.
        package var repairs: Int
        /// Sums of the orders' `cost`: minor units by currency. Parts used are not added: `cost` is the whole bill.
        package var cost: [String: Int64]

        package init(
            sites: Int = 0, assets: Int = 0, orders: [String: Int] = [:], visits: Int = 0, repairs: Int = 0,
            cost: [String: Int64] = [:]
        ) {
            (self.sites, self.assets, self.orders) = (sites, assets, orders)
            (self.visits, self.repairs, self.cost) = (visits, repairs, cost)
        }
    }

    /// The record of the branch; nil: sites without one, which headquarters serves.
    package fileprivate(set) var branches: [RecordID?: Figures] = [:]

    package var total: Figures { branches.values.reduce(into: Figures()) { $0.add($1) } }
}

extension AccountTotals.Figures {
    fileprivate mutating func add(_ other: Self) {
        sites += other.sites
        assets += other.assets
        orders.merge(other.orders, uniquingKeysWith: +)
        visits += other.visits
        repairs += other.repairs
        // An absurd bill stops at the limits of 64 bits instead of stopping the program.
        cost.merge(other.cost) { Int64(clamping: Int128($0) + Int128($1)) }
    }
}

extension ReadAccess {
    /// The figures of an account's sites and of what happened there. An order belongs to its own site, else to that of
    /// its asset, else to that of its request; where none is known, to the account of its request, without a branch.
    package func accountTotals(_ account: RecordID) throws -> AccountTotals {
        var totals = AccountTotals()
        for query in AccountQuery.all {
            let statement = try db.cachedStatement(sql: AccountQuery.tables + query.select)
            let rows = try Row.fetchCursor(statement, arguments: ["account": account])
            while let row = try rows.next() { query.note(&totals.branches[row[0], default: .init()], row) }
        }
        return totals
    }
}

/// One of the questions that an account's figures are put together from.
private struct AccountQuery: Sendable {
    /// The branch, then what is noted.
    let select: String
    let note: @Sendable (inout AccountTotals.Figures, Row) -> Void

    static let all = [
        AccountQuery(select: "SELECT branch, count(*) FROM sites GROUP BY branch") { $0.sites = $1[1] },
        AccountQuery(
            select: """
                SELECT sites.branch, count(*) FROM sites JOIN asset ON asset.site = sites.id
                WHERE asset.deleted = 0 GROUP BY sites.branch
                """
        ) { $0.assets = $1[1] },
        AccountQuery(select: "SELECT branch, status, count(*) FROM orders GROUP BY branch, status") {
            $0.orders[$1[1]] = $1[2]
        },
        AccountQuery(
            select: """
                SELECT orders.branch, count(*) FROM orders JOIN visit ON visit."order" = orders.id
                WHERE visit.deleted = 0 GROUP BY orders.branch
                """
        ) { $0.visits = $1[1] },
        AccountQuery(
            select: """
                SELECT sites.branch, count(*) FROM sites JOIN asset ON asset.site = sites.id
                JOIN asset_event ON asset_event.asset = asset.id
                WHERE asset_event.kind = 'repair_ended' AND asset_event.deleted = 0 GROUP BY sites.branch
                """
        ) { $0.repairs = $1[1] },
        AccountQuery(select: "SELECT branch, cost, cost_currency FROM orders WHERE cost IS NOT NULL") {
            $0.add(AccountTotals.Figures(cost: [$1[2]: $1[1]]))
        },
    ]

    /// From the account outwards: the plus keeps the planner from starting with all orders that have no site or asset.
    static let tables = """
        WITH sites AS (SELECT id, branch FROM site WHERE account = :account AND deleted = 0),
        placed AS (
          SELECT work_order.rowid AS row, sites.branch FROM sites CROSS JOIN work_order ON work_order.site = sites.id
          UNION ALL
          SELECT work_order.rowid, sites.branch FROM sites CROSS JOIN asset ON asset.site = sites.id
          CROSS JOIN work_order ON work_order.asset = asset.id WHERE +work_order.site IS NULL
          UNION ALL
          SELECT work_order.rowid, sites.branch FROM sites CROSS JOIN request ON request.site = sites.id
          CROSS JOIN work_order ON work_order.request = request.id
          WHERE +work_order.site IS NULL AND NOT EXISTS (
            SELECT 1 FROM asset WHERE asset.id = work_order.asset AND asset.site IS NOT NULL)
          UNION ALL
          SELECT work_order.rowid, NULL FROM request CROSS JOIN work_order ON work_order.request = request.id
          WHERE request.account = :account AND +request.site IS NULL AND +work_order.site IS NULL AND NOT EXISTS (
            SELECT 1 FROM asset WHERE asset.id = work_order.asset AND asset.site IS NOT NULL)
        ),
        orders AS (
          SELECT work_order.id, placed.branch, status, cost, cost_currency
          FROM placed JOIN work_order ON work_order.rowid = placed.row WHERE work_order.deleted = 0
        )

        """
}
