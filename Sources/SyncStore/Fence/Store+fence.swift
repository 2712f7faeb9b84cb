import GRDB
import Synchronization

extension Store {
    /// How often a process that stays notes how far it is.
    private static let markMilliseconds: Int64 = 60_000

    /// Takes the database over for a process that stays: one that had it before and only slept writes nothing more.
    package func takeOver() throws {
        try StoreFailure.translating {
            try database.writeWithoutTransaction { db in
                try commit(db, isTaking: true) {}
                noteFence(db)
            }
        }
    }

    /// Who hears, on the thread that writes, that another process has the database now: this one must end.
    package func hearTakenOver(_ hear: @escaping @Sendable (StoreFailure) -> Void) {
        onTakenOver.withLock { $0 = hear }
    }

    /// Looks at a node's database as it was found.
    /// - Returns: what says that it is an earlier one than was here before; nil: nothing does.
    func beginFence() throws -> String? {
        guard role.isNode else { return nil }
        return try StoreFailure.translating {
            try database.writeWithoutTransaction { db -> String? in
                let mark = FenceMark.read(beside: path)
                session.fence = try Fence(db, noted: mark)
                let access = ReadAccess(db, role: role, environment: environment, people: people)
                let found = FenceMark(number: try Fence.number(in: db), position: try access.lastPosition())
                // A set-up that was broken off left no node.
                guard let mark, try access.epoch() != 0, mark.isAhead(of: found) else { return nil }
                return "its folder had run \(mark.number) at position \(mark.position), and its database is of run "
                    + "\(found.number) at position \(found.position)"
            }
        }
    }

    /// Before anything is done to the database or its files.
    func demandFence(_ db: Database) throws {
        do { try session.fence?.demand(in: db) } catch let failure as StoreFailure {
            onTakenOver.withLock { $0 }?(failure)
            throw failure
        }
    }

    /// After a commit of a process that stays.
    func noteFenceInTime(_ db: Database) {
        guard let at = session.markedAt, abs(environment.wallMilliseconds() - at) >= Self.markMilliseconds else {
            return
        }
        noteFence(db)
    }

    func noteFence(_ db: Database) {
        let access = ReadAccess(db, role: role, environment: environment, people: people)
        guard let position = try? access.lastPosition(), let mark = session.fence?.mark(position: position) else {
            return
        }
        mark.write(beside: path)
        session.markedAt = environment.wallMilliseconds()
    }
}
