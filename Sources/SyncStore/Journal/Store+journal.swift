import GRDB
import SyncCore

extension Store {
    /// Writes into the journal what a transaction has for it, before that is committed: while no other process writes.
    /// - Returns: what must be waited for before the transaction is acknowledged; nil: nothing.
    func keepUnsent(_ db: Database) throws -> JournalWrite? {
        let notes = session.journal
        guard let journal, !notes.sets.isEmpty || notes.isVouched || notes.hasNewID else { return nil }
        let access = WriteAccess(db, role: role, environment: environment, people: people, session: session)
        guard !notes.isVouched, !notes.hasNewID, let file = try journal.open(), let mark = try file.mark() else {
            do { try access.renew(journal) } catch StoreFailure.diskFull where journal.isThere && notes.sets.isEmpty {
                // The old one has more in it than is needed, and nothing less.
            }
            return nil
        }
        return try JournalWrite(of: notes.sets, to: file, after: mark, by: access)
    }

    /// Puts a journal of what is unsent in the place of one that is damaged.
    package func renewJournal() throws {
        if let journal { try write { try $0.renew(journal) } }
    }

    /// Brings database and journal together, where a crash, a copy or a database of an earlier day set them apart.
    func resumeJournal() throws {
        guard let journal, try read({ try $0.standing(to: journal) }) != .same else { return }
        // Whoever writes just now keeps both.
        do { try write { try $0.resume(journal) } } catch StoreFailure.busy {}
    }
}

/// Sets that are in the journal and not yet on the disk.
struct JournalWrite {
    private let file: JournalFile
    private let before: JournalMark
    private let sync: JournalSync

    init(of sets: [UnsentSet], to file: JournalFile, after mark: JournalMark, by access: ReadAccess) throws {
        guard let replica = try access.deviceReplica() else { preconditionFailure("own sets have a replica") }
        var next = mark
        next.seqBefore = mark.replica == replica ? mark.head.seq : 0
        (next.replica, next.head) = (replica, try access.head(of: replica))
        do { try file.append(sets.map(JournalRecord.set), mark: next) } catch {
            _ = try? file.retract(to: mark)
            throw error
        }
        (self.file, before, sync) = (file, mark, JournalSync(of: file))
    }

    func finish() throws { try sync.finish() }

    /// The transaction was not committed, and whoever asked for it is told so.
    func retract() {
        _ = try? sync.finish()
        _ = try? file.retract(to: before)
    }
}

extension WriteAccess {
    /// Puts a journal of what is unsent now in its place.
    func renew(_ journal: Journal) throws {
        guard let replica = try deviceReplica() else { return }
        if try metaText(MetaKey.journal) == nil { try setMeta(MetaKey.journal, text: "1") }
        try journal.replace(with: journalRecords(), replica: replica, head: head(of: replica))
    }

    func resume(_ journal: Journal) throws {
        // Looked at again: somebody may have been at work.
        let standing = try standing(to: journal)
        let lacking = try journal.open().map { try missing(from: $0) } ?? []
        switch standing {
        case .same: return
        case .behind: try takeBack(lacking)
        case .crashed: try replay(lacking)
        case .setBack, .copied:
            try takeBack(lacking)
            try takeNewID(because: standing == .copied ? .copied : .setBack)
        }
        try renew(journal)
        session.journal = JournalNotes()
    }
}

extension JournalFile.Content {
    /// In order, each as it was written last.
    var sets: [UnsentSet] {
        var last: [ChainSeq: UnsentSet] = [:]
        for case .set(let set) in records { last[ChainSeq(set.replica, set.seq)] = set }
        return last.values.sorted { ($0.replica.raw, $0.seq) < ($1.replica.raw, $1.seq) }
    }
}

/// Names a set of a chain.
struct ChainSeq: Hashable {
    let replica: ReplicaID
    let seq: UInt64

    init(_ replica: ReplicaID, _ seq: UInt64) { (self.replica, self.seq) = (replica, seq) }
}
