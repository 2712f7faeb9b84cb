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

    private func deriveVisit(_ id: RecordID) throws { try setDerived(EntityTag.visit, id, derivedVisit(id)) }

    /// - Returns: the request that the order serves, if any.
    private func deriveOrder(_ id: RecordID) throws -> [RecordID] {
        try setDerived(EntityTag.workOrder, id, derivedOrder(id))
        let request = try db.cachedStatement(
            sql: "SELECT request FROM work_order WHERE id = ? AND request IS NOT NULL")
        return try RecordID.fetchAll(request, arguments: [id])
    }

    private func deriveAsset(_ id: RecordID) throws { try setDerived(EntityTag.asset, id, derivedAsset(id)) }

    private func deriveRequest(_ id: RecordID) throws {
        if let values = try derivedRequest(id) { try setDerived(EntityTag.request, id, values) }
    }

    private func deriveAccount(_ id: RecordID) throws {
        if let values = try derivedAccount(id) { try setDerived(EntityTag.account, id, values) }
    }

    /// Writes derived columns alone: neither position nor hash changes, nothing travels. A record that is not here is
    /// none's concern.
    private func setDerived(_ type: TypeTag, _ id: RecordID, _ values: [String: Value?]) throws {
        guard let table = RecordTable.all[type] else { return }
        let names = table.derived.flatMap(\.names)
        let new = table.derivedColumns(values)
        let assignments = names.map { "\"\($0)\" = ?" }.joined(separator: ", ")
        let differences = names.map { "\"\($0)\" IS NOT ?" }.joined(separator: " OR ")
        try db.cachedStatement(
            sql: "UPDATE \"\(table.entity.name)\" SET \(assignments) WHERE id = ? AND (\(differences))"
        ).execute(arguments: StatementArguments(new) + [id] + StatementArguments(new))
    }
}
