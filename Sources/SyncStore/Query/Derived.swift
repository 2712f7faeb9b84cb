import FieldModel
import GRDB
import SyncCore

/// The fields of a record that follow from other records, by their names. Nil where the record is not here.
typealias DerivedValues = [String: Value?]

extension ReadAccess {
    /// Nil also for a type of which nothing is derived.
    func derived(_ type: TypeTag, _ id: RecordID) throws -> DerivedValues? {
        switch type {
        case EntityTag.visit: try derivedVisit(id)
        case EntityTag.workOrder: try derivedOrder(id)
        case EntityTag.asset: try derivedAsset(id)
        case EntityTag.request: try derivedRequest(id)
        case EntityTag.account: try derivedAccount(id)
        default: nil
        }
    }

    func derivedVisit(_ id: RecordID) throws -> DerivedValues {
        ["status": .text(VisitStatus.fold(events: try workEvents("visit", id)).rawValue)]
    }

    func derivedOrder(_ id: RecordID) throws -> DerivedValues {
        ["status": .text(OrderStatus.fold(events: try workEvents("order", id)).status.rawValue)]
    }

    func derivedAsset(_ id: RecordID) throws -> DerivedValues {
        let fold = AssetFold(events: try assetEvents(of: id))
        return [
            "condition": .text(fold.condition.rawValue), "installed_at": fold.installedAt?.value,
            "installed_by": fold.installedBy.map(Value.reference), "parent": fold.parent.map(Value.reference),
        ]
    }

    func derivedRequest(_ id: RecordID) throws -> DerivedValues? {
        let result = try db.cachedStatement(
            sql: "SELECT result_code IS NOT NULL, customer_informed_at IS NOT NULL FROM request WHERE id = ?")
        guard let row = try Row.fetchOne(result, arguments: [id]) else { return nil }
        let orders = try db.cachedStatement(
            sql: "SELECT status FROM work_order WHERE request = ? AND deleted = 0 AND status IS NOT NULL")
        let status = RequestStatus.derive(
            orders: try String.fetchAll(orders, arguments: [id]).compactMap(OrderStatus.init(rawValue:)),
            hasResult: row[0], customerInformed: row[1])
        return ["status": .text(status.rawValue)]
    }

    func derivedAccount(_ id: RecordID) throws -> DerivedValues? {
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
        guard let row = try Row.fetchOne(statement, arguments: [id]) else { return nil }
        let status = AccountStatus.derive(deleted: row[0], hasSites: row[1], hasService: row[2])
        return ["status": .text(status.rawValue)]
    }
}

extension RecordTable {
    /// Derived values as they stand in the derived columns.
    func derivedColumns(_ values: DerivedValues) -> [DatabaseValue] {
        derived.flatMap { columns -> [DatabaseValue] in
            let value = values[columns.field.name] ?? nil
            return value.flatMap(columns.databaseValues) ?? columns.names.map { _ in .null }
        }
    }
}
