import Foundation
import GRDB
import SyncCore
import SyncWire

/// One side of a replica's chain: the one whose sets came first, or one that parted from it (sync-model §4). Only
/// headquarters, where all sides meet, holds more than one.
struct ChainSide {
    let replica: ReplicaID
    /// The number under which the log has its own sets: the replica's for the side that came first, else negative.
    let local: Int64
    /// The side that it parted from, and the seq of its first own set; nil for the side that came first.
    let parting: (parent: Int64, seq: UInt64)?

    init(replica: ReplicaID, local: Int64) {
        self.replica = replica
        self.local = local
        parting = nil
    }

    init(replica: ReplicaID, local: Int64, parent: Int64, parted: UInt64) {
        self.replica = replica
        self.local = local
        parting = (parent, parted)
    }
}

extension ReadAccess {
    /// The sides of a replica's chain besides the one that came first.
    func otherSides(of replica: ReplicaID) throws -> [ChainSide] {
        guard let local = try names.known(replica) else { return [] }
        let statement = try db.cachedStatement(
            sql: "SELECT local, parent, parted FROM fork_side WHERE replica = ? ORDER BY local DESC")
        return try Row.fetchAll(statement, arguments: [local]).map {
            ChainSide(replica: replica, local: $0[0], parent: $0[1], parted: UInt64($0[2] as Int64))
        }
    }

    /// The side that the log has under this number.
    func side(_ local: Int64) throws -> ChainSide {
        let replica = try names.replica(local)
        let parted = try otherSides(of: replica).first { $0.local == local }
        return parted ?? ChainSide(replica: replica, local: local)
    }

    /// The last set of a side; a side that parted has at least one of its own.
    func head(of side: ChainSide) throws -> ChainPosition {
        let statement = try prepare(Self.lastOfSide)
        statement.bind(1, side.local)
        return try statement.first { ChainPosition(seq: UInt64(bitPattern: $0.integer(0)), hash: $0.bytes(1)) }
            ?? ChainPosition(seq: 0, hash: ChainHash.start(of: side.replica))
    }

    private static let lastOfSide = FixedSQL(
        "SELECT seq, hash FROM change_log WHERE replica = ? ORDER BY seq DESC LIMIT 1")
    private static let entriesOfSide = FixedSQL(
        "SELECT \(LogEntry.columns) FROM change_log WHERE replica = ? AND seq >= ? ORDER BY seq LIMIT ?")
    /// `verdict <> 0` names the index.
    private static let openOfSide = FixedSQL(
        """
        SELECT \(LogEntry.columns) FROM change_log
        WHERE verdict <> 0 AND verdict IN (1, 2) AND replica = ? AND seq >= ? ORDER BY seq
        """)

    /// The hash of a set of a side, which before its parting is that of the side that it parted from; nil where there is
    /// none.
    func hash(of side: ChainSide, at seq: UInt64) throws -> [UInt8]? {
        if seq == 0 { return ChainHash.start(of: side.replica) }
        if let parting = side.parting, seq < parting.seq { return try hash(of: self.side(parting.parent), at: seq) }
        let statement = try db.cachedStatement(sql: "SELECT hash FROM change_log WHERE replica = ? AND seq = ?")
        return try Data.fetchOne(statement, arguments: [side.local, Int64(clamping: seq)]).map { [UInt8]($0) }
    }

    /// A set of a side or, before its parting, of the side that it parted from.
    func entry(of side: ChainSide, at seq: UInt64) throws -> LogEntry? {
        if let parting = side.parting, seq < parting.seq { return try entry(of: self.side(parting.parent), at: seq) }
        return try entries(of: side, from: seq, limit: 1, bytesMax: .max).first { $0.seq == seq }
    }

    /// A side's own sets from `first` on, in order, as many as fit.
    func entries(of side: ChainSide, from first: UInt64, limit: Int, bytesMax: Int) throws -> [LogEntry] {
        let rows = try prepare(Self.entriesOfSide)
        defer { rows.reset() }
        rows.bind(1, side.local)
        rows.bind(2, Int64(clamping: first))
        rows.bind(3, Int64(limit))
        var out: [LogEntry] = []
        var bytes = 0
        while try rows.next() {
            let entry = try LogEntry(rows, self)
            bytes += entry.bytes?.count ?? 0
            if !out.isEmpty && bytes > bytesMax { break }
            out.append(entry)
        }
        return out
    }

    /// What became of a side's sets from `first` on.
    func summary(of side: ChainSide, from first: UInt64) throws -> ChainSummary {
        let statement = try prepare(Self.openOfSide)
        statement.bind(1, side.local)
        statement.bind(2, Int64(clamping: first))
        let entries = try entries(statement)
        var refusals: [UInt64: RefusalReason] = [:]
        for entry in entries where entry.verdict == .refused { refusals[entry.seq] = entry.refusal }
        var undecided = entries.filter { $0.verdict == .undecided }.map(\.seq)
        if let parting = side.parting, first < parting.seq {
            let before = try summary(of: self.side(parting.parent), from: first)
            refusals.merge(before.refusals.filter { $0.key < parting.seq }) { own, _ in own }
            undecided = before.undecided.filter { $0 < parting.seq } + undecided
        }
        return ChainSummary(head: try head(of: side), firstSeq: first, refusals: refusals, undecided: undecided)
    }
}
