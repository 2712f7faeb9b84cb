import Foundation
import GRDB
import SyncCore
import SyncWire

/// The one writer of the store, for the time of one transaction: all or nothing.
package final class WriteAccess: ReadAccess {
    /// The replica of a node's own writes, drawn at its first one after every start (sync-model §1).
    let session: WriterSession
    /// What must be derived anew at the end of this transaction.
    var affected = AffectedRecords()
    /// Of which it must be looked at anew who holds what because of them.
    var affectedHoldings = AffectedHoldings()
    /// Whom the rules of holdings asked for.
    var known = KnownPeople()
    /// Whether the clock must be written down at the end of this transaction.
    var isClockMoved = false
    /// Records of which this transaction took the deletion back, and who did.
    var undeleted: [RecordID: RecordID] = [:]
    /// What must be added to the kept counts at the end of this transaction.
    var tallied: [Tally: Int] = [:]
    /// What must be written to the scopes at the end of this transaction, by their numbers.
    var scopeChanges: [Int64: ScopeChange] = [:]
    /// What goes into the search index, or out of it, and how much that is.
    var searchTexts: [SearchEntry] = []
    var searchTextBytes = 0
    /// The same of records with personal fields, whose words are kept beside the keys.
    var personTexts: [SearchEntry] = []
    /// Keys of persons who had none.
    var newKeys: [PersonKey] = []
    /// Whether records left this device: no byte of them may stay readable.
    var isForgetting = false
    /// Updates of rows that this transaction made already.
    var updates: [UpdatedColumns: Prepared] = [:]
    private var allocated: Int64?
    /// The positions that this access handed out: the first and the last.
    private(set) var positions: (first: Int64, last: Int64)?
    /// Where the audit ends, once something was written into it.
    var auditEnd: AuditTail?
    /// How what enters the log now came here; nil: it is this store's own doing.
    var provenance: Provenance?
    private(set) lazy var here = Provenance(.here)

    init(
        _ db: Database, role: StoreRole, environment: StoreEnvironment, people: PeopleFile, session: WriterSession
    ) {
        self.session = session
        super.init(db, role: role, environment: environment, people: people)
    }

    package func setMeta(_ key: String, _ value: [UInt8]?) throws {
        if let value {
            try db.cachedStatement(
                sql: """
                    INSERT INTO meta (key, value) VALUES (?, ?)
                    ON CONFLICT (key) DO UPDATE SET value = excluded.value
                    """
            ).execute(arguments: [key, Data(value)])
        } else {
            try db.cachedStatement(sql: "DELETE FROM meta WHERE key = ?").execute(arguments: [key])
        }
    }

    package func setMeta(_ key: String, text: String?) throws { try setMeta(key, text.map { Array($0.utf8) }) }
    package func setMeta(_ key: String, integer: Int64?) throws { try setMeta(key, text: integer.map(String.init)) }

    private static let insertPosition = FixedSQL("INSERT INTO position (token, at) VALUES (?, ?)")

    /// The position of the change set or pull that is being applied. A device hands out none.
    func position() throws -> Int64 {
        if let allocated { return allocated }
        guard role.isNode else { return 0 }
        let row = try prepare(Self.insertPosition)
        row.bind(1, Int64(bitPattern: environment.randomWord()))
        row.bind(2, environment.wallMilliseconds())
        try row.run()
        let position = db.lastInsertedRowID
        allocated = position
        positions = (positions?.first ?? position, position)
        return position
    }

    /// What follows is the next change set: it takes a position of its own.
    func endPosition() { allocated = nil }
}

/// What a writer keeps from one transaction to the next. Belongs to the one writing connection.
package final class WriterSession: @unchecked Sendable {
    var nodeReplica: ReplicaID?
    /// Own replicas whose dots this node knows all, unless it was set back; nil before they were looked up.
    var trustedReplicas: Set<ReplicaID>?
    /// What the transaction under way has to tell.
    var alarms: [Alarm] = []
    /// Whether this transaction changed when who holds what changes by time alone.
    var isDueMoved = false
    /// Whom the transaction under way has something for.
    var hearers = Hearers.some([])
    /// Whom the transaction under way erases, and the words of their records that stay.
    var erased: Set<RecordID> = []
    var erasedTexts: [SearchEntry] = []
    /// What the transaction under way has for the journal.
    var journal = JournalNotes()
    /// Nil: nothing is kept for a backup.
    var archive: PageArchive?
    /// Nil at a device, whose commands work beside one another.
    var fence: Fence?
    /// When this process last noted how far it is; nil: it does not stay.
    var markedAt: Int64?
    init() {}

    /// What a transaction that fails must not leave behind.
    var mark: Mark {
        Mark(
            replica: nodeReplica, alarms: alarms.count, erased: erased, erasedTexts: erasedTexts, journal: journal)
    }

    struct Mark {
        let replica: ReplicaID?
        let alarms: Int
        let erased: Set<RecordID>
        let erasedTexts: [SearchEntry]
        let journal: JournalNotes
    }

    func goBack(to mark: Mark) {
        (erased, erasedTexts, journal) = (mark.erased, mark.erasedTexts, mark.journal)
        nodeReplica = mark.replica
        trustedReplicas = nil
        alarms.removeLast(max(0, alarms.count - mark.alarms))
    }
}
