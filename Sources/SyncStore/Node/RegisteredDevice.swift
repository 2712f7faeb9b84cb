import FieldModel
import Foundation
import GRDB
package import SyncCore

/// A device that this node enrolled.
package struct RegisteredDevice: Hashable, Sendable {
    package let id: RecordID
    /// Ed25519, 32 bytes.
    package let key: [UInt8]
    package let user: RecordID
    package let name: String
    /// In readable numbers.
    package let code: String
    /// Of the program, as it last said.
    package let version: String
    /// Milliseconds since 1970.
    package let enrolledAt: Int64
    package let lastSeenAt: Int64?
    /// Change sets that it had still to send, as it last said; nil: it never did.
    package let pending: Int?

    fileprivate init(_ row: Row) throws {
        guard let id = RecordID.fromDatabaseValue(row["id"]), let user = RecordID.fromDatabaseValue(row["user"])
        else { throw ByteReader.damage }
        (self.id, self.user) = (id, user)
        key = [UInt8](row["key"] as Data)
        name = row["name"]
        code = row["code"]
        version = row["version"]
        enrolledAt = row["enrolled_at"]
        lastSeenAt = row["last_seen_at"]
        pending = row["pending"]
    }
}

extension ReadAccess {
    /// In the order of enrolment.
    package func devices() throws -> [RegisteredDevice] {
        try Row.fetchAll(db, sql: "SELECT * FROM enrolled_device ORDER BY enrolled_at, id").map(RegisteredDevice.init)
    }

    package func device(_ id: RecordID) throws -> RegisteredDevice? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM enrolled_device WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map(RegisteredDevice.init)
    }

    package func device(key: [UInt8]) throws -> RegisteredDevice? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM enrolled_device WHERE key = ?")
        return try Row.fetchOne(statement, arguments: [Data(key)]).map(RegisteredDevice.init)
    }
}

extension WriteAccess {
    /// Enrols a key and writes the device's record; a key that is enrolled already keeps its id and code.
    /// - Parameter node: this node's record.
    package func registerDevice(
        key: [UInt8], user: RecordID, name: String, version: String, node: RecordID
    ) throws -> RegisteredDevice {
        if let known = try device(key: key) { return known }
        let device = try insertDevice(
            environment.newRecordID(), key: key, user: user, name: name, code: nextDeviceCode(), version: version,
            as: .deviceEnrolled)
        try publish(device, node: node)
        return device
    }

    /// Lists a device again that this node certified and has forgotten: the node was restored. Its old code may have been
    /// given to another since; then it gets a new one when it renews its certificate.
    package func adoptDevice(
        _ id: RecordID, key: [UInt8], user: RecordID, name: String, code: String, node: RecordID
    ) throws {
        let code = try isDeviceCodeTaken(code) ? nextDeviceCode() : code
        let device = try insertDevice(
            id, key: key, user: user, name: name, code: code, version: "", as: .deviceListed)
        try publish(device, node: node)
    }

    private func insertDevice(
        _ id: RecordID, key: [UInt8], user: RecordID, name: String, code: String, version: String,
        as kind: AuditKind
    ) throws -> RegisteredDevice {
        try audit(
            kind,
            [
                ("device", .string(id.description)), ("user", .string(user.description)), ("name", .string(name)),
                ("code", .string(code)), ("key", .string(Hex.digits(key))),
            ])
        try db.execute(
            sql: """
                INSERT INTO enrolled_device (id, key, user, name, code, state, version, enrolled_at)
                VALUES (?, ?, ?, ?, ?, 'active', ?, ?)
                """,
            arguments: [id, Data(key), user, name, code, version, environment.wallMilliseconds()])
        guard let device = try device(id) else { throw ByteReader.damage }
        return device
    }

    /// Notes a session of a device. A device of another node is not listed here.
    package func noteSession(ofDevice id: RecordID, version: String) throws {
        try db.execute(
            sql: "UPDATE enrolled_device SET last_seen_at = ?, version = ? WHERE id = ?",
            arguments: [environment.wallMilliseconds(), version, id])
    }

    /// Notes that a bundle of a device was taken, as of the time when it was written.
    package func noteBundle(ofDevice id: RecordID, writtenAt milliseconds: Int64) throws {
        try db.execute(
            sql: "UPDATE enrolled_device SET last_seen_at = ?1 WHERE id = ?2 AND coalesce(last_seen_at, 0) < ?1",
            arguments: [min(milliseconds, environment.wallMilliseconds()), id])
    }

    /// Notes what a device says that it has still to send.
    package func notePending(ofDevice id: RecordID, _ pending: UInt64) throws {
        let pending = Int64(clamping: pending)
        try db.cachedStatement(sql: "UPDATE enrolled_device SET pending = ?1 WHERE id = ?2 AND pending IS NOT ?1")
            .execute(arguments: [pending, id])
    }

    /// Gives a device another code: a copy of it may have used numbers of the old one.
    /// - Parameter node: this node's record.
    package func renewCode(ofDevice id: RecordID, node: RecordID) throws {
        let code = try nextDeviceCode()
        try db.execute(sql: "UPDATE enrolled_device SET code = ? WHERE id = ?", arguments: [code, id])
        if let device = try device(id) { try publish(device, node: node) }
        try audit(.certificateRenewed, [("device", .string(id.description)), ("code", .string(code))])
    }
}
