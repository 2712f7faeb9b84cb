import FieldModel
import SyncCore

extension WriteAccess {
    /// Computes what is derived from what this transaction changed: once a subject, however many of its events came.
    func project() throws {
        try derive(affected)
        affected = AffectedRecords()
    }

    private static let requestOfOrder = FixedSQL("SELECT request FROM work_order WHERE id = ? AND request IS NOT NULL")
    private static let orderOfVisit = FixedSQL("SELECT \"order\" FROM visit WHERE id = ? AND \"order\" IS NOT NULL")
    private static let accountOfSite = FixedSQL("SELECT account FROM site WHERE id = ? AND account IS NOT NULL")

    /// From the events upwards: what a record is derived from is derived before it.
    func derive(_ affected: AffectedRecords) throws {
        for visit in affected.visits { try setDerived(EntityTag.visit, visit, derivedVisit(visit)) }
        var requests = affected.requests
        var orders = affected.orders
        for visit in affected.supplied { orders.formUnion(try reference(Self.orderOfVisit, of: visit)) }
        for order in orders {
            let fold = try orderFold(order)
            try setDerived(EntityTag.workOrder, order, Self.order(fold))
            try noteDecisions(order, fold)
            requests.formUnion(try reference(Self.requestOfOrder, of: order))
        }
        for asset in affected.assets { try setDerived(EntityTag.asset, asset, derivedAsset(asset)) }
        for request in requests {
            if let values = try derivedRequest(request) { try setDerived(EntityTag.request, request, values) }
        }
        var accounts = affected.accounts
        for site in affected.sites { accounts.formUnion(try reference(Self.accountOfSite, of: site)) }
        for account in accounts {
            if let values = try derivedAccount(account) { try setDerived(EntityTag.account, account, values) }
        }
    }

    private func reference(_ sql: FixedSQL, of id: RecordID) throws -> [RecordID] {
        let statement = try prepare(sql)
        statement.bind(1, id)
        return try statement.all { $0.id(0) }.compactMap(\.self)
    }

    /// Writes derived columns alone: neither position nor hash changes, nothing travels. A record that is not here is
    /// none's concern.
    private func setDerived(_ type: TypeTag, _ id: RecordID, _ values: DerivedValues) throws {
        guard let table = RecordTable.all[type] else { return }
        let row = try prepare(table.setDerived)
        row.bind(1, id)
        var index: Int32 = 2
        for columns in table.derived {
            columns.bind(values[columns.field.name] ?? nil, to: row, at: index)
            index += columns.width
        }
        try row.run()
    }
}
