import FieldModel
import GRDB
package import SyncCore
import SyncWire

/// What everybody who serves a device may know of it: its record.
package struct DeviceRecord: Hashable, Sendable {
    package let id: RecordID
    package let user: RecordID?
    /// The node that certified it.
    package let branch: RecordID?
    package let name: String
    package let code: String
    /// Ed25519, 32 bytes; nil where the record does not say it.
    package let key: [UInt8]?

    fileprivate init(_ record: StoredRecord) {
        id = record.id
        user = record.shown.reference("user", in: Catalogue.device)
        branch = record.shown.reference("branch", in: Catalogue.device)
        name = Catalogue.device.shownText("name", of: record.shown) ?? ""
        code = Catalogue.device.shownText("code", of: record.shown) ?? ""
        key = Catalogue.device.shownText("key", of: record.shown).flatMap { Hex.bytes($0) }
    }
}

extension ReadAccess {
    package func deviceRecord(_ id: RecordID) throws -> DeviceRecord? {
        try load(id, type: EntityTag.device).map(DeviceRecord.init)
    }

    /// In the order in which they were enrolled.
    package func deviceRecords() throws -> [DeviceRecord] {
        try RecordID.fetchAll(db, sql: "SELECT id FROM device ORDER BY id").compactMap { try deviceRecord($0) }
    }

    fileprivate static let unpublished = """
        FROM enrolled_device WHERE NOT EXISTS (SELECT 1 FROM device WHERE device.id = enrolled_device.id)
        """

    /// Whether an earlier version enrolled devices that have no records yet.
    package func hasUnpublishedDevices() throws -> Bool {
        try Int.fetchOne(db, sql: "SELECT 1 \(Self.unpublished) LIMIT 1") != nil
    }
}

extension WriteAccess {
    /// Writes down who a device is, where its record does not say so already.
    /// - Parameter node: this node's record, which certified it.
    func publish(_ device: RegisteredDevice, node: RecordID) throws {
        if let known = try deviceRecord(device.id) {
            let news = [("name", known.name, device.name), ("code", known.code, device.code)].filter { $0.1 != $0.2 }
            let edits = news.compactMap { name, _, value in
                Catalogue.device.field(named: name).map { FieldEdit(tag: $0.tag, edit: .put(.text(value))) }
            }
            guard !edits.isEmpty else { return }
            try commit([LocalChange(type: EntityTag.device, record: device.id, edits: edits)], author: node)
        } else {
            let fields: [(String, Value)] = [
                ("user", .reference(device.user)), ("branch", .reference(node)), ("name", .text(device.name)),
                ("code", .text(device.code)), ("key", .text(Hex.digits(device.key))),
            ]
            try commit([create(Catalogue.device, device.id, fields, home: node)], author: node)
        }
    }

    /// Devices that an earlier version enrolled get their records, and what it kept of their state becomes orders.
    /// - Parameter node: this node's record.
    package func publishDevices(node: RecordID) throws {
        for row in try Row.fetchAll(db, sql: "SELECT id, state \(ReadAccess.unpublished) ORDER BY id") {
            guard let id = RecordID.fromDatabaseValue(row["id"]), let device = try device(id) else { continue }
            try publish(device, node: node)
            let kind: DeviceOrderKind? = ["suspended": .suspend, "revoked": .revoke][row["state"] as String]
            if let kind { try order(DeviceOrderDraft(device: id, kind: kind), author: node) }
        }
    }
}

extension RecordState {
    func reference(_ field: String, in entity: EntityDeclaration) -> RecordID? {
        if case .reference(let id)? = entity.shown(field, of: self).first { id } else { nil }
    }
}
