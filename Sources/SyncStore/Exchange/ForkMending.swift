import FieldModel
import Foundation
import GRDB
import SyncCore

/// Where the sides of a forked chain meet (sync-model §4, R-97, R-98): headquarters keeps both, and writes the values of both,
/// from the fork on, under its own dots. At worst an extra conflict, never a loss.
extension WriteAccess {
    /// Takes a run that a node accepted and that does not go on with the side of its chain that came here first.
    func receive(_ run: IncomingRun, beside first: ChainSide, _ decision: RunDecision) throws -> RunOutcome {
        var decisions = [(first, decision)]
        for side in try otherSides(of: run.replica) {
            let decision = try decide(run, on: side)
            if case .process(let known) = decision { return try process(run, known: known, on: side) }
            decisions.append((side, decision))
        }
        var parting: (side: ChainSide, seq: UInt64)?
        var asked: UInt64 = 1
        for (side, decision) in decisions {
            switch decision {
            case .forked(let seq?) where seq > parting?.seq ?? 0: parting = (side, seq)
            case .gap(let next): asked = next
            default: break
            }
        }
        // Where it parts is not in this run: the node sends more of the chain.
        guard let parting else { return .gap(next: asked) }
        let side = try part(from: parting.side, at: parting.seq)
        return try process(run, known: Int(parting.seq - run.before.seq) - 1, on: side)
    }

    /// Opens a new side, and writes again what the side that it parts from has from there on.
    private func part(from parent: ChainSide, at seq: UInt64) throws -> ChainSide {
        let last = try Int64.fetchOne(db, sql: "SELECT min(local) FROM fork_side") ?? 0
        let side = ChainSide(replica: parent.replica, local: last - 1, parent: parent.local, parted: seq)
        try db.execute(
            sql: "INSERT INTO fork_side (local, replica, parent, parted) VALUES (?, ?, ?, ?)",
            arguments: [side.local, try names.local(side.replica), parent.local, Int64(clamping: seq)])
        try audit(
            .forkFound, [("replica", .string(side.replica.description)), ("seq", .integer(Int64(clamping: seq)))])
        for entry in try entries(of: parent, from: seq, limit: .max, bytesMax: .max) where entry.verdict == .applied {
            guard let set = try entry.changeSet() else { continue }
            try mendForks(with: set, rowid: entry.rowid)
        }
        return side
    }

    /// What headquarters writes itself when it accepted a set: a forked one again under its own dots, and of a set and
    /// the one that was written again in its place, one.
    func mendForks(with set: ChangeSet, rowid: Int64) throws {
        if let forked = try forkedEntry(rowid) { try writeAgain(set, of: side(forked.side), seq: forked.seq) }
        if let replaced = set.replaces {
            try db.execute(
                sql: "INSERT OR IGNORE INTO replacement (replaced, entry) VALUES (?, ?)",
                arguments: [Data(replaced), rowid])
        }
        for (old, new) in try doubles(of: rowid, replaced: set.replaces) { try keepOne(of: old, beside: new) }
    }

    /// Where a set in the log stands, if its chain forked there or before.
    private func forkedEntry(_ rowid: Int64) throws -> (side: Int64, seq: Int64)? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT replica, seq FROM change_log WHERE rowid = ? AND
                  (replica < 0 OR seq >= (SELECT min(parted) FROM fork_side WHERE parent = change_log.replica))
                """)
        return try Row.fetchOne(statement, arguments: [rowid]).map { ($0[0], $0[1]) }
    }

    private func writeAgain(_ set: ChangeSet, of side: ChainSide, seq: Int64) throws {
        for change in set.changes {
            guard let write = change.write, write.rule == nil else { continue }
            let copies = try copies(of: change.record, side)
            if copies.contains(where: { $0.original == write.dot && $0.side == side.local }) { continue }
            let fields = write.fields.map { field in
                FieldWrite(
                    tag: field.tag, value: field.value?.adding(copies),
                    overwrites: [write.dot] + field.overwrites
                        + copies.filter { field.overwrites.contains($0.original) }.map(\.copy))
            }
            for dot in try writeOwn(fields, to: change, timestamp: set.timestamp, author: set.author) {
                try db.cachedStatement(
                    sql: """
                        INSERT INTO fork_copy (side, record, n, copy_replica, copy_n, seq) VALUES (?, ?, ?, ?, ?, ?)
                        """
                ).execute(
                    arguments: [
                        side.local, change.record, Int64(clamping: write.dot.n), try names.local(dot.replica),
                        Int64(clamping: dot.n), seq,
                    ])
            }
        }
    }

    /// Writes fields of a record under an own dot: as one set, or as several where one would be too large to be read.
    /// - Returns: the dots; none when the record is not here.
    private func writeOwn(
        _ fields: [FieldWrite], to change: Change, timestamp: Timestamp, author: RecordID
    ) throws -> [Dot] {
        guard let shown = try load(change.record, type: change.type)?.shown else { return [] }
        let replica = try ownReplica()
        let dot = Dot(replica, Layered.nextN(replica: replica, shown: shown, own: []))
        let write = Write(dot: dot, fields: fields)
        let set = ChangeSet(
            timestamp: timestamp, author: author,
            changes: [Change(type: change.type, record: change.record, write: write)])
        endPosition()
        do { try appendOwn(set, replica: replica, wall: 0) } catch CommitFailure.tooLarge where fields.count > 1 {
            let half = fields.count / 2
            return try [Array(fields[..<half]), Array(fields[half...])].flatMap {
                try writeOwn($0, to: change, timestamp: timestamp, author: author)
            }
        }
        try apply(set)
        endPosition()
        return [dot]
    }

    /// Pairs of sets in the log that say the same: one that was replaced, and one that replaces it.
    private func doubles(of rowid: Int64, replaced: [UInt8]?) throws -> [(old: LogEntry, new: LogEntry)] {
        var pairs: [(Int64, Int64)] = []
        let newer = try db.cachedStatement(
            sql: "SELECT entry FROM replacement WHERE replaced = (SELECT hash FROM change_log WHERE rowid = ?)")
        pairs += try Int64.fetchAll(newer, arguments: [rowid]).map { (rowid, $0) }
        if let replaced {
            let older = try db.cachedStatement(
                sql: """
                    SELECT rowid FROM change_log WHERE hash = :replaced UNION ALL
                    SELECT entry FROM replacement WHERE replaced = :replaced AND entry <> :rowid
                    """)
            pairs += try Int64.fetchAll(older, arguments: ["replaced": Data(replaced), "rowid": rowid]).map {
                ($0, rowid)
            }
        }
        return try pairs.compactMap { old, new in
            guard let old = try entry(old), let new = try entry(new) else { return nil }
            return old.verdict == .applied && new.verdict == .applied ? (old, new) : nil
        }
    }

    private func entry(_ rowid: Int64) throws -> LogEntry? {
        let statement = try prepare("SELECT \(LogEntry.columns) FROM change_log WHERE rowid = ?")
        statement.bind(1, rowid)
        return try statement.first { try LogEntry($0, self) }
    }

    /// Where a set and its replacement both still stand, the older one is overwritten with nothing.
    private func keepOne(of old: LogEntry, beside new: LogEntry) throws {
        guard let (oldSet, newSet) = try old.sets(with: new), oldSet.author == newSet.author else { return }
        for (before, after) in zip(oldSet.changes, newSet.changes) where before.record == after.record {
            guard let oldWrite = before.write, let newWrite = after.write,
                let shown = try load(before.record, type: before.type)?.shown
            else { continue }
            let oldDots = try dots(of: oldWrite, in: before.record, side(rowid: old.rowid))
            let newDots = try dots(of: newWrite, in: after.record, side(rowid: new.rowid))
            let fields = oldWrite.fields.compactMap { field -> FieldWrite? in
                let again = newWrite.fields.first { $0.tag == field.tag }
                let standing = shown[field.tag].siblings.map(\.dot)
                let doubled = standing.filter(oldDots.contains)
                guard let again, again.value.saysTheSame(as: field.value), !doubled.isEmpty,
                    standing.contains(where: newDots.contains)
                else { return nil }
                return FieldWrite(tag: field.tag, value: nil, overwrites: doubled)
            }
            if fields.isEmpty { continue }
            _ = try writeOwn(fields, to: before, timestamp: newSet.timestamp, author: newSet.author)
        }
    }

    private func side(rowid: Int64) throws -> ChainSide? {
        let statement = try db.cachedStatement(sql: "SELECT replica FROM change_log WHERE rowid = ?")
        return try Int64.fetchOne(statement, arguments: [rowid]).map(side)
    }

    /// The dots under which a write stands here: its own, or those under which it was written again.
    private func dots(of write: Write, in record: RecordID, _ side: ChainSide?) throws -> [Dot] {
        guard let side else { return [write.dot] }
        let copies = try copies(of: record, side).filter { $0.original == write.dot && $0.side == side.local }
        return copies.isEmpty ? [write.dot] : copies.map(\.copy)
    }

    /// What was written again to a record of the sets that stand on a side before a seq: on the sides that it parted
    /// from, only what came before.
    private func copies(of record: RecordID, _ side: ChainSide, before seq: UInt64 = .max) throws -> [ForkCopy] {
        let statement = try db.cachedStatement(
            sql: "SELECT n, copy_replica, copy_n FROM fork_copy WHERE side = ? AND record = ? AND seq < ?")
        let own = try Row.fetchAll(statement, arguments: [side.local, record, Int64(clamping: seq)]).map { row in
            ForkCopy(
                side: side.local, original: Dot(side.replica, UInt64(row[0] as Int64)),
                copy: Dot(try names.replica(row[1]), UInt64(row[2] as Int64)))
        }
        guard let parting = side.parting else { return own }
        return try own + copies(of: record, self.side(parting.parent), before: min(parting.seq, seq))
    }
}

/// A forked write and the own dot under which headquarters wrote it again.
private struct ForkCopy {
    let side: Int64
    let original: Dot
    let copy: Dot
}

extension Value {
    /// A delete that had seen a forked write had seen its copy.
    fileprivate func adding(_ copies: [ForkCopy]) -> Value {
        guard case .known(var dots) = self else { return self }
        for copy in copies where dots.contains(copy.original) { dots.insert(copy.copy) }
        return .known(dots)
    }
}

extension Value? {
    /// The known dots of a delete are others after it was written again.
    fileprivate func saysTheSame(as other: Value?) -> Bool {
        if case (.known?, .known?) = (self, other) { true } else { self == other }
    }
}

extension LogEntry {
    fileprivate func sets(with other: LogEntry) throws -> (ChangeSet, ChangeSet)? {
        guard let mine = try changeSet(), let theirs = try other.changeSet() else { return nil }
        return (mine, theirs)
    }
}
