package import SyncWire

/// What was found of a journal, beside the readable pages of its database.
package struct JournalReport: Sendable {
    package private(set) var isThere = false
    /// Its head, from which its key follows, or its mark.
    package private(set) var isHeadless = false
    /// Change sets in it, and places that hold none and are not empty.
    package private(set) var sets = 0
    package private(set) var damaged = 0
    /// Unsent sets that the database has and it does not, and the other way round.
    package private(set) var lacking = 0
    package private(set) var extra = 0

    /// A crash may leave it behind the database, or before it: the next command brings them together.
    package var isSound: Bool { !isHeadless && damaged == 0 }

    package init(beside database: String, keys: DataKeys) throws {
        let journal = Journal(path: Journal.path(beside: database), keys: keys)
        isThere = journal.isThere
        guard isThere else { return }
        guard let file = try journal.open() else {
            isHeadless = true
            return
        }
        let content = try file.content()
        isHeadless = try file.mark() == nil
        (sets, damaged) = (content.sets.count, content.damagedAt.count)
        try compare(content.sets, with: database, keys)
    }

    private mutating func compare(_ sets: [UnsentSet], with database: String, _ keys: DataKeys) throws {
        guard let rows = try? ReadableRows(PageImage(database, keys: keys)) else { return }
        let (here, there) = (Set(sets.map(\.hash)), Set(rows.entries.map(\.set.hash)))
        extra = here.subtracting(there).count
        lacking = rows.entries.count { entry in
            guard entry.isOwn, let replica = rows.replicas[entry.local] else { return false }
            let isSent = rows.receipts.contains { $0.replica == replica && $0.seq >= entry.set.seq }
            return !isSent && !here.contains(entry.set.hash)
        }
    }
}
