import FieldModel
import SyncCore

/// The fields of a record that follow from other records, by their names. Nil where the record is not here.
typealias DerivedValues = [String: Value?]

extension ReadAccess {
    /// Nil also for a type of which nothing is derived.
    func derived(_ type: TypeTag, _ id: RecordID) throws -> DerivedValues? {
        switch type {
        case EntityTag.request: try derivedRequest(id)
        case EntityTag.account: try derivedAccount(id)
        default: try derivedFromEvents(type, id)
        }
    }

    /// Of a type of which something is derived from its events alone, whether the record is here or not.
    func derivedFromEvents(_ type: TypeTag, _ id: RecordID) throws -> DerivedValues? {
        switch type {
        case EntityTag.visit: try derivedVisit(id)
        case EntityTag.workOrder: try derivedOrder(id)
        case EntityTag.asset: try derivedAsset(id)
        default: nil
        }
    }

    func derivedVisit(_ id: RecordID) throws -> DerivedValues {
        ["status": .text(VisitStatus.fold(events: try workEvents("visit", id)).rawValue)]
    }

    func derivedOrder(_ id: RecordID) throws -> DerivedValues { Self.order(try orderFold(id)) }

    /// What the events of a work order amount to, whether the order is here or not.
    func orderFold(_ id: RecordID) throws -> OrderFold { try orderFold(id, workEvents(of: id)) }

    func orderFold(_ id: RecordID, _ events: [WorkEvent]) throws -> OrderFold {
        if events.isEmpty { return Self.untouchedOrder }
        let parts = events.contains { $0.kind == .closed } ? try partUses(of: id) : []
        return OrderStatus.fold(events: events, parts: parts)
    }

    private static let untouchedOrder = OrderStatus.fold(events: [])

    static func order(_ fold: OrderFold) -> DerivedValues { ["status": .text(fold.status.rawValue)] }

    func derivedAsset(_ id: RecordID) throws -> DerivedValues {
        let fold = AssetFold(events: try assetEvents(of: id))
        return [
            "condition": .text(fold.condition.rawValue), "installed_at": fold.installedAt?.value,
            "installed_by": fold.installedBy.map(Value.reference), "parent": fold.parent.map(Value.reference),
        ]
    }

    private static let requestResult = FixedSQL(
        "SELECT result_code IS NOT NULL, customer_informed_at IS NOT NULL FROM request WHERE id = ?")
    private static let requestOrders = FixedSQL(
        "SELECT status FROM work_order WHERE request = ? AND deleted = 0 AND status IS NOT NULL")

    func derivedRequest(_ id: RecordID) throws -> DerivedValues? {
        let (request, orders) = (try prepare(Self.requestResult), try prepare(Self.requestOrders))
        request.bind(1, id)
        let result = try request.first { (has: $0.integer(0) != 0, informed: $0.integer(1) != 0) }
        guard let result else { return nil }
        orders.bind(1, id)
        let status = RequestStatus.derive(
            orders: try orders.all { OrderStatus(rawValue: $0.text(0)) }.compactMap(\.self), hasResult: result.has,
            customerInformed: result.informed)
        return ["status": .text(status.rawValue)]
    }

    private static let accountFacts = FixedSQL(
        """
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

    func derivedAccount(_ id: RecordID) throws -> DerivedValues? {
        let account = try prepare(Self.accountFacts)
        account.bind(1, id)
        let status = try account.first {
            AccountStatus.derive(
                deleted: $0.integer(0) != 0, hasSites: $0.integer(1) != 0, hasService: $0.integer(2) != 0)
        }
        return status.map { ["status": .text($0.rawValue)] }
    }
}
