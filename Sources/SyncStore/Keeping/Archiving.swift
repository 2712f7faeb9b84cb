import FieldModel
import GRDB
import SyncCore
import SyncWire

/// When a set in the log is old enough to be compressed with others: hardly anybody asks for it any more.
private enum ArchivingAge {
    private static let dayMilliseconds: Int64 = 86_400_000

    /// At headquarters; elsewhere, with headquarters' receipt.
    static func milliseconds(_ role: StoreRole) -> Int64 { (role == .hq ? 90 : 30) * dayMilliseconds }

    /// What headquarters has no receipt for holds up what came after it no longer than this, and stays as it is.
    static let waitMilliseconds = Int64(Limits.leaseDays) * dayMilliseconds
}

/// A set that is next in the order of the log.
private struct OldSet {
    let rowid: Int64
    let replica: ReplicaID
    let seq: UInt64
    let verdict: Verdict?
    let isSealed: Bool
    let at: Int64
    /// Nil: gone, or in a segment already.
    let bytes: [UInt8]?

    static let columns = "rowid, replica, seq, verdict, sealed, at, bytes"

    init(_ row: Prepared, names: LocalNames) throws {
        rowid = row.integer(0)
        replica = try names.replica(row.integer(1))
        seq = UInt64(bitPattern: row.integer(2))
        verdict = UInt8(exactly: row.integer(3)).flatMap(Verdict.init(rawValue:))
        isSealed = row.integer(4) != 0
        at = row.integer(5)
        bytes = row.isNull(6) ? nil : row.bytes(6)
    }
}

/// A segment while it is filled.
private struct SegmentDraft {
    var content: [UInt8] = []
    var places: [(rowid: Int64, place: Range<Int>)] = []
    /// The sets of each chain that are in it, from the first to the last.
    var chains: [ReplicaID: ClosedRange<UInt64>] = [:]
    /// Up to here the log was gone through, and through how many sets.
    var last: Int64
    var looked = 0

    init(after last: Int64) { self.last = last }

    /// Enough for a segment, or for one step.
    var isFull: Bool { content.count >= LogSegment.bytes || looked >= Limits.runSetsMax }

    mutating func add(_ set: OldSet, _ bytes: [UInt8]) {
        places.append((set.rowid, content.count..<content.count + bytes.count))
        content += bytes
        chains[set.replica] = min(chains[set.replica]?.lowerBound ?? set.seq, set.seq)...set.seq
    }
}

extension WriteAccess {
    /// Moves the bytes of as many of the oldest sets as fill a segment into one: all of them in this transaction or none.
    /// - Returns: whether there may be more.
    package func archiveLog() throws -> Bool {
        guard let draft = try nextSegment() else { return false }
        try setMeta(MetaKey.archivedThrough, integer: draft.last)
        if draft.places.isEmpty { return true }
        try move(draft)
        for (replica, seqs) in draft.chains { try thinSignatures(of: replica, seqs) }
        return true
    }

    private func move(_ draft: SegmentDraft) throws {
        let compressed = Zstd.compress(draft.content, level: LogSegment.compressionLevel)
        // The originals go: what was made of them is read once before.
        guard Zstd.decompress(compressed, limit: LogSegment.bytesMax) == .ok(draft.content) else {
            throw StoreFailure.integrity("old change sets were not compressed to what they are")
        }
        let insert = try prepare("INSERT INTO log_segment (bytes) VALUES (?)")
        insert.bind(1, compressed)
        try insert.run()
        let segment = db.lastInsertedRowID
        let update = try prepare(
            "UPDATE change_log SET bytes = NULL, segment = ?, place = ?, length = ? WHERE rowid = ?")
        for (rowid, place) in draft.places {
            update.bind(1, segment)
            update.bind(2, Int64(place.lowerBound))
            update.bind(3, Int64(place.count))
            update.bind(4, rowid)
            try update.run()
        }
    }

    /// A whole segment's worth, nil where there is not so much that is old enough: a small one would not be worth it.
    private func nextSegment() throws -> SegmentDraft? {
        let start = try metaInteger(MetaKey.archivedThrough) ?? 0
        let now = environment.wallMilliseconds()
        let rows = try prepare("SELECT \(OldSet.columns) FROM change_log WHERE rowid > ? ORDER BY rowid")
        defer { rows.reset() }
        rows.bind(1, start)
        var receipts: [ReplicaID: UInt64] = [:]
        var draft = SegmentDraft(after: start)
        while try rows.next() {
            let set = try OldSet(rows, names: names)
            guard set.at <= now - ArchivingAge.milliseconds(role) else { return nil }
            let isSettled = try isSettled(set, &receipts)
            if !isSettled && set.at > now - ArchivingAge.waitMilliseconds { return nil }
            if isSettled, let bytes = set.bytes { draft.add(set, bytes) }
            (draft.last, draft.looked) = (set.rowid, draft.looked + 1)
            if draft.isFull { return draft }
        }
        return nil
    }

    /// Whether nothing will change its bytes, and headquarters has it.
    private func isSettled(_ set: OldSet, _ receipts: inout [ReplicaID: UInt64]) throws -> Bool {
        guard set.isSealed, set.verdict == .applied || set.verdict == .refused || set.bytes == nil else { return false }
        if role == .hq || set.bytes == nil { return true }
        let received = try receipts[set.replica] ?? receiptSeqs(of: set.replica).hq
        receipts[set.replica] = received
        return set.seq <= received
    }
}
