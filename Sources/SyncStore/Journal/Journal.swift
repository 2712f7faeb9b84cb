import Foundation
import SyncCore
import SyncWire

/// A device's own change sets that no node has yet, a second time: in a file of their own beside the database, sealed as that
/// is. It is also what tells a copied or set-back database before it writes (`standing`).
struct Journal: Sendable {
    let path: String
    private let keys: DataKeys

    static func path(beside database: String) -> String { database + "-unsent" }

    /// Nil for a node's, and where nothing is sealed.
    init?(beside database: DatabaseFile, role: StoreRole) {
        guard !role.isNode, let keys = database.keys else { return nil }
        self.init(path: Self.path(beside: database.path), keys: keys)
    }

    init(path: String, keys: DataKeys) { (self.path, self.keys) = (path, keys) }

    var isThere: Bool { DurableFile.exists(path) }

    /// Nil where there is none, or its head is damaged: the database, while it is whole, needs none.
    func open() throws(StoreFailure) -> JournalFile? {
        do { return try JournalFile(path, keys: keys) } catch {
            switch error {
            case .missing, .integrity: return nil
            default: throw error
            }
        }
    }

    /// Puts a new one in its place.
    func replace(with records: [JournalRecord], replica: ReplicaID, head: ChainPosition) throws {
        try JournalFile.replace(path, key: keys.current, records: records) { home, end in
            JournalMark(replica: replica, head: head, seqBefore: head.seq, end: end, home: home)
        }
    }

    /// The same content under the first of the keys.
    func sealAgain() throws {
        guard let old = try open(), let mark = try old.mark() else { return }
        try replace(with: old.content().records, replica: mark.replica, head: mark.head)
    }
}

/// What a transaction under way has for the journal.
struct JournalNotes {
    var sets: [UnsentSet] = []
    /// A node vouched for sets: they need not stay.
    var isVouched = false
    /// The device writes under another replica now.
    var hasNewID = false
}

/// How a database and its journal stand to each other.
enum JournalStanding: Equatable {
    case same
    /// The journal lacks what the database has: the power failed before it was written, or there was none.
    case behind
    /// A crash came between the journal and the database.
    case crashed
    /// The database is not as new as its journal.
    case setBack
    /// The database was copied, or all of it was put back.
    case copied
}
