package import FieldModel
import GRDB
package import SyncCore

/// A value of a field with who wrote it, where and when.
package struct SiblingView: Sendable {
    package let dot: Dot
    package let value: Value
    package let author: RecordID
    /// The person's or the node's name; nil when its record is not here.
    package let authorName: String?
    /// Milliseconds since 1970 UTC.
    package let at: Int64
    /// Whether this replica, or one that it was before, wrote it.
    package let mine: Bool

    package var replica: ReplicaID { dot.replica }
    /// What a deleter knew is a clock; that somebody deleted is all that a person is shown.
    package var json: JSONValue { if case .known = value { .bool(true) } else { value.json } }
}

/// Who wrote what, for the time of one query.
final class Authorship {
    private let access: ReadAccess
    private let own: Set<ReplicaID>
    private var namesSeen: [RecordID: String?] = [:]

    init(_ access: ReadAccess) throws {
        self.access = access
        own = Set(try access.ownReplicas())
    }

    func isOwn(_ dot: Dot) -> Bool { own.contains(dot.replica) }

    func view(_ sibling: Sibling) throws -> SiblingView {
        SiblingView(
            dot: sibling.dot, value: sibling.value, author: sibling.author, authorName: try name(of: sibling.author),
            at: sibling.timestamp.milliseconds, mine: isOwn(sibling.dot))
    }

    /// In the order of writing, the shown one of a register last.
    func views(_ state: FieldState) throws -> [SiblingView] { try state.inOrder.map(view) }

    func name(of author: RecordID) throws -> String? {
        if let seen = namesSeen[author] { return seen }
        let name = try access.authorName(author)
        namesSeen[author] = .some(name)
        return name
    }
}

extension ReadAccess {
    /// The replicas that this store wrote as and whose sets are in the log.
    package func ownReplicas() throws -> [ReplicaID] {
        // One step of the index a replica, however many sets it made.
        let sql = """
            WITH RECURSIVE own (local) AS (
              SELECT min(replica) FROM change_log WHERE own = 1
              UNION ALL
              SELECT (SELECT min(replica) FROM change_log WHERE own = 1 AND replica > own.local)
              FROM own WHERE own.local IS NOT NULL)
            SELECT local FROM own WHERE local IS NOT NULL
            """
        return try Int64.fetchAll(db.cachedStatement(sql: sql)).map { try names.replica($0) }
    }

    fileprivate func authorName(_ author: RecordID) throws -> String? {
        if let user = try load(author, type: EntityTag.user) {
            let state = try opened(user.shown, of: author)
            return Catalogue.user.shownText("name", of: state) ?? Catalogue.user.shownText("login", of: state)
        }
        let statement = try db.cachedStatement(sql: "SELECT coalesce(name, code) FROM branch WHERE id = ?")
        return try String.fetchOne(statement, arguments: [author])
    }
}
