import FieldModel
import GRDB
import SyncCore

extension WriteAccess {
    /// Computes what is derived from what this transaction changed: once a subject, however many of its events came.
    func project() throws {
        try derive(affected)
        affected = AffectedRecords()
    }

    /// From the events upwards: what a record is derived from is derived before it.
    func derive(_ affected: AffectedRecords) throws {
        for visit in affected.visits { try deriveVisit(visit) }
        var requests = affected.requests
        for order in affected.orders { requests.formUnion(try deriveOrder(order)) }
        for asset in affected.assets { try deriveAsset(asset) }
        for request in requests { try deriveRequest(request) }
        var accounts = affected.accounts
        let account = try db.cachedStatement(sql: "SELECT account FROM site WHERE id = ? AND account IS NOT NULL")
        for site in affected.sites { accounts.formUnion(try RecordID.fetchAll(account, arguments: [site])) }
        for account in accounts { try deriveAccount(account) }
    }

    private func deriveVisit(_ id: RecordID) throws {
        let status = VisitStatus.fold(events: try workEvents("visit", id))
        try setDerived(EntityTag.visit, id, ["status": .text(status.rawValue)])
    }

    /// - Returns: the request that the order serves, if any.
    private func deriveOrder(_ id: RecordID) throws -> [RecordID] {
        let status = OrderStatus.fold(events: try workEvents("order", id)).status
        try setDerived(EntityTag.workOrder, id, ["status": .text(status.rawValue)])
        let request = try db.cachedStatement(
            sql: "SELECT request FROM work_order WHERE id = ? AND request IS NOT NULL")
        return try RecordID.fetchAll(request, arguments: [id])
    }

    private func deriveAsset(_ id: RecordID) throws {
        let fold = AssetFold(events: try assetEvents(of: id))
        try setDerived(
            EntityTag.asset, id,
            [
                "condition": .text(fold.condition.rawValue), "installed_at": fold.installedAt?.value,
                "installed_by": fold.installedBy.map(Value.reference), "parent": fold.parent.map(Value.reference),
            ])
    }

    private func deriveRequest(_ id: RecordID) throws {
        let result = try db.cachedStatement(
            sql: "SELECT result_code IS NOT NULL, customer_informed_at IS NOT NULL FROM request WHERE id = ?")
        guard let row = try Row.fetchOne(result, arguments: [id]) else { return }
        let orders = try db.cachedStatement(
            sql: "SELECT status FROM work_order WHERE request = ? AND deleted = 0 AND status IS NOT NULL")
        let status = RequestStatus.derive(
            orders: try String.fetchAll(orders, arguments: [id]).compactMap(OrderStatus.init(rawValue:)),
            hasResult: row[0], customerInformed: row[1])
        try setDerived(EntityTag.request, id, ["status": .text(status.rawValue)])
    }

    private func deriveAccount(_ id: RecordID) throws {
        let statement = try db.cachedStatement(
            sql: """
                SELECT deleted <> 0,
                  EXISTS (SELECT 1 FROM site WHERE site.account = account.id AND deleted = 0),
                  EXISTS (SELECT 1 FROM request WHERE request.account = account.id AND deleted = 0)
                  OR EXISTS (
                    SELECT 1 FROM site WHERE site.account = account.id AND deleted = 0
                    AND (EXISTS (SELECT 1 FROM asset WHERE asset.site = site.id AND asset.deleted = 0)
                      OR EXISTS (SELECT 1 FROM request WHERE request.site = site.id AND request.deleted = 0)
                      OR EXISTS (SELECT 1 FROM work_order WHERE work_order.site = site.id AND work_order.deleted = 0)))
                FROM account WHERE id = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { return }
        let status = AccountStatus.derive(deleted: row[0], hasSites: row[1], hasService: row[2])
        try setDerived(EntityTag.account, id, ["status": .text(status.rawValue)])
    }

    /// Writes derived columns alone: neither position nor hash changes, nothing travels. A record that is not here is
    /// none's concern.
    private func setDerived(_ type: TypeTag, _ id: RecordID, _ values: [String: Value?]) throws {
        guard let table = RecordTable.all[type] else { return }
        let names = table.derived.flatMap(\.names)
        let new = table.derived.flatMap { columns -> [DatabaseValue] in
            let value = values[columns.field.name] ?? nil
            return value.flatMap(columns.databaseValues) ?? columns.names.map { _ in .null }
        }
        let assignments = names.map { "\"\($0)\" = ?" }.joined(separator: ", ")
        let differences = names.map { "\"\($0)\" IS NOT ?" }.joined(separator: " OR ")
        try db.cachedStatement(
            sql: "UPDATE \"\(table.entity.name)\" SET \(assignments) WHERE id = ? AND (\(differences))"
        ).execute(arguments: StatementArguments(new) + [id] + StatementArguments(new))
    }
}
