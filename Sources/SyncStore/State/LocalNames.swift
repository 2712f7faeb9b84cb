import Foundation
import GRDB
import SyncCore

/// The store's small numbers for replicas, authors and scopes, cached for one transaction.
final class LocalNames {
    private let db: Database
    private var replicaNumbers: [ReplicaID: Int64] = [:]
    private var replicas: [Int64: ReplicaID] = [:]
    private var authorNumbers: [RecordID: Int64] = [:]
    private var authors: [Int64: RecordID] = [:]
    private var scopeNumbers: [String: Int64] = [:]
    private var scopes: [Int64: String] = [:]
    /// Restricted parts that were named here for the first time.
    var newParts: [String] = []

    init(_ db: Database) { self.db = db }

    func local(_ replica: ReplicaID) throws -> Int64 {
        if let number = try known(replica) { return number }
        try db.cachedStatement(sql: "INSERT INTO replica (id) VALUES (?)").execute(
            arguments: [Int64(bitPattern: replica.raw)])
        return remember(replica, db.lastInsertedRowID)
    }

    /// The number of a replica that was named here before, nil for a new one.
    func known(_ replica: ReplicaID) throws -> Int64? {
        if let number = replicaNumbers[replica] { return number }
        let statement = try db.cachedStatement(sql: "SELECT local FROM replica WHERE id = ?")
        let number = try Int64.fetchOne(statement, arguments: [Int64(bitPattern: replica.raw)])
        return number.map { remember(replica, $0) }
    }

    func replica(_ number: Int64) throws -> ReplicaID {
        if let replica = replicas[number] { return replica }
        if number < 0 { return try replica(owner(ofSide: number)) }
        let statement = try db.cachedStatement(sql: "SELECT id FROM replica WHERE local = ?")
        guard let raw = try Int64.fetchOne(statement, arguments: [number]) else { throw ByteReader.damage }
        let replica = ReplicaID(UInt64(bitPattern: raw))
        _ = remember(replica, number)
        return replica
    }

    /// The number of the replica whose chain a side parted from.
    private func owner(ofSide number: Int64) throws -> Int64 {
        let statement = try db.cachedStatement(sql: "SELECT replica FROM fork_side WHERE local = ?")
        guard let owner = try Int64.fetchOne(statement, arguments: [number]) else { throw ByteReader.damage }
        return owner
    }

    private func remember(_ replica: ReplicaID, _ number: Int64) -> Int64 {
        replicaNumbers[replica] = number
        replicas[number] = replica
        return number
    }

    func local(author: RecordID) throws -> Int64 {
        if let number = try known(author: author) { return number }
        try db.cachedStatement(sql: "INSERT INTO author (id) VALUES (?)").execute(arguments: [author])
        return remember(author, db.lastInsertedRowID)
    }

    /// The number of an author or holder that was named here before, nil for a new one.
    func known(author: RecordID) throws -> Int64? {
        if let number = authorNumbers[author] { return number }
        let statement = try db.cachedStatement(sql: "SELECT local FROM author WHERE id = ?")
        return try Int64.fetchOne(statement, arguments: [author]).map { remember(author, $0) }
    }

    func author(_ number: Int64) throws -> RecordID {
        if let author = authors[number] { return author }
        let statement = try db.cachedStatement(sql: "SELECT id FROM author WHERE local = ?")
        guard let author = try RecordID.fetchOne(statement, arguments: [number]) else { throw ByteReader.damage }
        _ = remember(author, number)
        return author
    }

    private func remember(_ author: RecordID, _ number: Int64) -> Int64 {
        authorNumbers[author] = number
        authors[number] = author
        return number
    }

    func local(scope: String) throws -> Int64 {
        if let number = try known(scope: scope) { return number }
        try db.cachedStatement(sql: "INSERT INTO scope (name, digest) VALUES (?, ?)").execute(
            arguments: [scope, Data(count: 16)])
        if scope.utf8.contains(UInt8(ascii: "#")) { newParts.append(scope) }
        return remember(scope, db.lastInsertedRowID)
    }

    /// The number of a scope that has or had records here, nil for a new one.
    func known(scope: String) throws -> Int64? {
        if let number = scopeNumbers[scope] { return number }
        let statement = try db.cachedStatement(sql: "SELECT local FROM scope WHERE name = ?")
        return try Int64.fetchOne(statement, arguments: [scope]).map { remember(scope, $0) }
    }

    func scope(_ number: Int64) throws -> String {
        if let scope = scopes[number] { return scope }
        let statement = try db.cachedStatement(sql: "SELECT name FROM scope WHERE local = ?")
        guard let scope = try String.fetchOne(statement, arguments: [number]) else { throw ByteReader.damage }
        _ = remember(scope, number)
        return scope
    }

    private func remember(_ scope: String, _ number: Int64) -> Int64 {
        scopeNumbers[scope] = number
        scopes[number] = scope
        return number
    }
}
