package import FieldModel
import GRDB
package import SyncCore

/// An order about a device that is to be written.
package struct DeviceOrderDraft: Sendable {
    package let device: RecordID
    package let kind: DeviceOrderKind
    package var reason = ""
    /// Milliseconds since 1970.
    package var since: Int64?
    package var to: RecordID?
    package var keepsWork: Bool?
    package var successor: RecordID?
    package var proof = ""

    package init(device: RecordID, kind: DeviceOrderKind) {
        self.device = device
        self.kind = kind
    }
}

extension ReadAccess {
    /// What a device may do by all orders about it that this node holds.
    package func standing(ofDevice id: RecordID) throws -> DeviceStanding {
        let statement = try db.cachedStatement(sql: "SELECT id FROM device_order WHERE device = ?")
        return DeviceStanding(
            try RecordID.fetchAll(statement, arguments: [id]).compactMap {
                try load($0, type: EntityTag.deviceOrder).flatMap(DeviceOrder.init)
            })
    }

    /// What the node that gave an order, or heard of what was done, wrote to vouch for it; empty: nothing.
    package func proof(ofOrder id: RecordID) throws -> String {
        try load(id, type: EntityTag.deviceOrder).flatMap {
            Catalogue.deviceOrder.shownText("proof", of: $0.shown)
        } ?? ""
    }

    /// Days without contact after which devices lock.
    /// - Parameter headquarters: HQ's record, which says so for all.
    package func leaseDays(headquarters: RecordID) throws -> Int64 {
        let record = try load(headquarters, type: EntityTag.branch)
        guard case .integer(let days)? = record.flatMap({ Catalogue.branch.shown("lease_days", of: $0.shown).first }),
            ModelLimits.leaseDays.contains(days)
        else { return ModelLimits.leaseDaysUsual }
        return days
    }
}

extension WriteAccess {
    /// Gives an order; it counts here when the transaction ends, and elsewhere as soon as it gets there.
    /// - Parameters:
    ///   - id: nil: a new one.
    ///   - author: this node's record.
    /// - Returns: the order's record.
    @discardableResult
    package func order(_ draft: DeviceOrderDraft, id: RecordID? = nil, author: RecordID) throws -> RecordID {
        let id = id ?? environment.newRecordID()
        let known = try standing(ofDevice: draft.device).orders
        var fields: [(String, Value)] = [
            ("device", .reference(draft.device)), ("kind", .text(draft.kind.rawValue)),
            ("occurred_at", .instant(milliseconds: environment.wallMilliseconds(), offsetMinutes: 0)),
        ]
        if !draft.reason.isEmpty { fields.append(("reason", .text(draft.reason))) }
        fields += known.map { ("after", .reference($0.id)) }
        if let since = draft.since { fields.append(("since", .instant(milliseconds: since, offsetMinutes: 0))) }
        if let to = draft.to { fields.append(("to", .reference(to))) }
        if let keepsWork = draft.keepsWork { fields.append(("keep_work", .bool(keepsWork))) }
        if let successor = draft.successor { fields.append(("successor", .reference(successor))) }
        if !draft.proof.isEmpty { fields.append(("proof", .text(draft.proof))) }
        try commit([create(Catalogue.deviceOrder, id, fields, home: author)], author: author)
        return id
    }
}

extension DeviceOrder {
    /// Nil for a kind that this version does not know.
    fileprivate init?(_ record: StoredRecord) {
        let (entity, state) = (Catalogue.deviceOrder, record.shown)
        guard let kind = entity.shownText("kind", of: state).flatMap(DeviceOrderKind.init) else { return nil }
        func instant(_ field: String) -> Int64? {
            if case .instant(let milliseconds, _)? = entity.shown(field, of: state).first { milliseconds } else { nil }
        }
        let after = entity.shown("after", of: state).compactMap { value in
            if case .reference(let id) = value { id } else { nil }
        }
        self.init(
            id: record.id, kind: kind, at: instant("occurred_at") ?? record.id.milliseconds, after: Set(after),
            since: instant("since"), to: state.reference("to", in: entity),
            keepsWork: entity.shown("keep_work", of: state).first != .bool(false),
            successor: state.reference("successor", in: entity), reason: entity.shownText("reason", of: state) ?? "")
    }
}
