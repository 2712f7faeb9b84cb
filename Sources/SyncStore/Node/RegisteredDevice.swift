import Foundation
import GRDB
package import SyncCore

/// A device that this node enrolled.
package struct RegisteredDevice: Hashable, Sendable {
    package enum State: String, CaseIterable, Sendable {
        case active
        /// Refused until it is resumed: lost, perhaps found again.
        case suspended
        /// Refused for ever.
        case revoked
    }

    package let id: RecordID
    /// Ed25519, 32 bytes.
    package let key: [UInt8]
    package let user: RecordID
    package let name: String
    /// In readable numbers.
    package let code: String
    package let state: State
    /// Of the program, as it last said.
    package let version: String
    /// Milliseconds since 1970.
    package let enrolledAt: Int64
    package let lastSeenAt: Int64?

    fileprivate init(_ row: Row) throws {
        guard let id = RecordID.fromDatabaseValue(row["id"]), let user = RecordID.fromDatabaseValue(row["user"]),
            let state = State(rawValue: row["state"])
        else { throw ByteReader.damage }
        (self.id, self.user, self.state) = (id, user, state)
        key = [UInt8](row["key"] as Data)
        name = row["name"]
        code = row["code"]
        version = row["version"]
        enrolledAt = row["enrolled_at"]
        lastSeenAt = row["last_seen_at"]
    }
}

extension ReadAccess {
    /// In the order of enrolment.
    package func devices() throws -> [RegisteredDevice] {
        try Row.fetchAll(db, sql: "SELECT * FROM device ORDER BY enrolled_at, id").map(RegisteredDevice.init)
    }

    package func device(_ id: RecordID) throws -> RegisteredDevice? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM device WHERE id = ?")
        return try Row.fetchOne(statement, arguments: [id]).map(RegisteredDevice.init)
    }

    package func device(key: [UInt8]) throws -> RegisteredDevice? {
        let statement = try db.cachedStatement(sql: "SELECT * FROM device WHERE key = ?")
        return try Row.fetchOne(statement, arguments: [Data(key)]).map(RegisteredDevice.init)
    }
}

extension WriteAccess {
    /// Enrols a key; a key that is enrolled already keeps its id and code.
    package func registerDevice(key: [UInt8], user: RecordID, name: String, version: String) throws -> RegisteredDevice
    {
        if let known = try device(key: key) { return known }
        return try insertDevice(
            environment.newRecordID(), key: key, user: user, name: name, code: nextDeviceCode(), version: version)
    }

    /// Lists a device again that this node certified and has forgotten: the node was restored. Its old code may have been
    /// given to another since; then it gets a new one when it renews its certificate.
    package func adoptDevice(_ id: RecordID, key: [UInt8], user: RecordID, name: String, code: String) throws {
        let code = try isDeviceCodeTaken(code) ? nextDeviceCode() : code
        _ = try insertDevice(id, key: key, user: user, name: name, code: code, version: "")
    }

    private func insertDevice(
        _ id: RecordID, key: [UInt8], user: RecordID, name: String, code: String, version: String
    ) throws -> RegisteredDevice {
        try db.execute(
            sql: """
                INSERT INTO device (id, key, user, name, code, state, version, enrolled_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                id, Data(key), user, name, code, RegisteredDevice.State.active.rawValue, version,
                environment.wallMilliseconds(),
            ])
        guard let device = try device(id) else { throw ByteReader.damage }
        return device
    }

    /// - Returns: false when there is no such device, or it was revoked: that is for ever.
    package func setState(_ state: RegisteredDevice.State, ofDevice id: RecordID) throws -> Bool {
        try db.execute(
            sql: "UPDATE device SET state = ? WHERE id = ? AND (state <> 'revoked' OR ? = 'revoked')",
            arguments: [state.rawValue, id, state.rawValue])
        return db.changesCount > 0
    }

    /// Notes a session of a device. A device of another node is not listed here.
    package func noteSession(ofDevice id: RecordID, version: String) throws {
        try db.execute(
            sql: "UPDATE device SET last_seen_at = ?, version = ? WHERE id = ?",
            arguments: [environment.wallMilliseconds(), version, id])
    }

    /// Notes that a bundle of a device was taken, as of the time when it was written.
    package func noteBundle(ofDevice id: RecordID, writtenAt milliseconds: Int64) throws {
        try db.execute(
            sql: "UPDATE device SET last_seen_at = ?1 WHERE id = ?2 AND coalesce(last_seen_at, 0) < ?1",
            arguments: [min(milliseconds, environment.wallMilliseconds()), id])
    }

    /// Gives a device another code: a copy of it may have used numbers of the old one.
    package func renewCode(ofDevice id: RecordID) throws {
        let code = try nextDeviceCode()
        try db.execute(sql: "UPDATE device SET code = ? WHERE id = ?", arguments: [code, id])
    }
}
