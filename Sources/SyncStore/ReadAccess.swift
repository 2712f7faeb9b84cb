import Foundation
import GRDB
import SyncCore
import SyncWire

/// A consistent view of the store for the time of one transaction. Not to be kept beyond it.
package class ReadAccess {
    let db: Database
    let names: LocalNames
    package let role: StoreRole
    package let environment: StoreEnvironment
    let people: PeopleFile
    /// Keys of persons that were looked up; nil: it is gone, or was never here.
    var personKeys: [UInt64: PersonKey?] = [:]
    private var prepared: [Prepared?] = []
    /// The greatest id in the table of a type, once somebody asked: above it there is nothing to look for.
    var greatestIDs: [TypeTag: RecordID] = [:]
    /// Records that were looked at last: a set's are judged, then changed.
    var loaded: [RecordID: StoredRecord] = [:]
    /// The change set that was decoded last, by its hash.
    var decoded: (hash: [UInt8], set: ChangeSet)?
    /// The segment of the log that was decompressed last.
    var openedSegment: (segment: Int64, content: [UInt8])?
    /// The clock, once somebody asked.
    var seen: HybridClock?

    init(_ db: Database, role: StoreRole, environment: StoreEnvironment, people: PeopleFile) {
        self.db = db
        self.role = role
        self.environment = environment
        self.people = people
        names = LocalNames(db)
    }

    func prepare(_ sql: FixedSQL) throws -> Prepared {
        if sql.number < prepared.count, let found = prepared[sql.number] { return found }
        while prepared.count <= sql.number { prepared.append(nil) }
        let made = try prepare(sql.text)
        prepared[sql.number] = made
        return made
    }

    func prepare(_ sql: String) throws -> Prepared { Prepared(try db.cachedStatement(sql: sql)) }

    /// A value that a room above keeps with the store: identity, keys, settings.
    package func meta(_ key: String) throws -> [UInt8]? {
        let statement = try db.cachedStatement(sql: "SELECT value FROM meta WHERE key = ?")
        return try Data.fetchOne(statement, arguments: [key]).map { [UInt8]($0) }
    }

    package func metaText(_ key: String) throws -> String? {
        try meta(key).map { String(decoding: $0, as: UTF8.self) }
    }

    package func metaInteger(_ key: String) throws -> Int64? { try metaText(key).flatMap { Int64($0) } }
}
