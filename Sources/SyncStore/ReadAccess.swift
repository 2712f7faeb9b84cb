import Foundation
import GRDB
import SyncCore

/// A consistent view of the store for the time of one transaction. Not to be kept beyond it.
package class ReadAccess {
    let db: Database
    let names: LocalNames
    package let role: StoreRole
    package let environment: StoreEnvironment

    init(_ db: Database, role: StoreRole, environment: StoreEnvironment) {
        self.db = db
        self.role = role
        self.environment = environment
        names = LocalNames(db)
    }

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
