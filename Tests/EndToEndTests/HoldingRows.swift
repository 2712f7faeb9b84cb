import SyncCore
@testable import SyncStore

extension WriteAccess {
    /// Somebody holds every scope from the beginning, whoever he is.
    func holdEverything(_ holder: RecordID) throws {
        let row = try prepare("INSERT INTO holding (holder, scope, since) VALUES (?, ?, 0)")
        row.bind(1, try names.local(author: holder))
        row.bind(2, Holding.everyNumber)
        try row.run()
    }
}
