import SyncCore
@testable import SyncStore

/// Holdings as rows, without records that they follow from.
extension WriteAccess {
    /// - Parameter since: nil: from a position of its own on.
    func hold(_ scope: String, by holder: RecordID, since: Int64? = nil) throws {
        let row = try prepare("INSERT INTO holding (holder, scope, since) VALUES (?, ?, ?)")
        row.bind(1, try names.local(author: holder))
        row.bind(2, try number(scope))
        row.bind(3, try since ?? position())
        try row.run()
        noteNews(for: holder)
        endPosition()
    }

    func letGo(_ scope: String, by holder: RecordID) throws {
        let row = try prepare("UPDATE holding SET until = ? WHERE holder = ? AND scope = ? AND until IS NULL")
        row.bind(1, try position())
        row.bind(2, try names.local(author: holder))
        row.bind(3, try number(scope))
        try row.run()
        noteNews(for: holder)
        endPosition()
    }

    private func number(_ scope: String) throws -> Int64 {
        scope == Holding.every ? Holding.everyNumber : try names.local(scope: scope)
    }
}
