import FieldModel
import GRDB
import SyncCore

/// What somebody must decide of a work order, since when: a row a reason, so that nobody has to look through all orders.
enum DecisionList {
    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE decision (
                  record BLOB NOT NULL, reason TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (record, reason)
                ) WITHOUT ROWID;
                """)
    }
}

extension WriteAccess {
    private static let insertDecision = FixedSQL("INSERT INTO decision (record, reason, since) VALUES (?, ?, ?)")
    private static let deleteDecision = FixedSQL("DELETE FROM decision WHERE record = ? AND reason = ?")

    /// Keeps the list as it follows from an order's events. What was listed before stays as old as it is.
    func noteDecisions(_ order: RecordID, _ fold: OrderFold) throws {
        let open = Set(fold.flags.map(\.reason))
        let listed = Set(try listedDecisions(of: order).keys)
        if open == listed { return }
        let (insert, delete) = (try prepare(Self.insertDecision), try prepare(Self.deleteDecision))
        for reason in listed.subtracting(open) {
            delete.bind(1, order)
            delete.bind(2, text: reason.rawValue)
            try delete.run()
        }
        for reason in open.subtracting(listed) {
            insert.bind(1, order)
            insert.bind(2, text: reason.rawValue)
            insert.bind(3, environment.wallMilliseconds())
            try insert.run()
        }
    }
}

extension ReadAccess {
    private static let selectDecisions = FixedSQL("SELECT reason, since FROM decision WHERE record = ?")

    /// What is listed of an order, and since when: milliseconds since 1970 UTC.
    func listedDecisions(of order: RecordID) throws -> [OrderFlag.Reason: Int64] {
        let statement = try prepare(Self.selectDecisions)
        statement.bind(1, order)
        let rows = try statement.all { (OrderFlag.Reason(rawValue: $0.text(0)), $0.integer(1)) }
        return Dictionary(rows.compactMap { reason, since in reason.map { ($0, since) } }) { first, _ in first }
    }
}
