package import SyncCore
package import SyncWire

/// All that is left of a damaged replica: of its readable pages and of its journal.
package struct Remains {
    /// What the database kept of itself.
    private(set) var meta: [String: [UInt8]] = [:]
    private(set) var counters: [String: Int64] = [:]
    private(set) var receipts: Set<KeptReceipt> = []
    /// Own sets, in order, each once.
    private(set) var sets: [UnsentSet] = []
    /// Own sets that no node vouches for and of which nothing is left.
    package private(set) var gone: [(replica: ReplicaID, seq: UInt64)] = []

    /// - Parameter database: path of the damaged one, which nobody has open; it may be missing.
    package init(database path: String, keys: DataKeys) throws {
        let journal = try? Journal(path: Journal.path(beside: path), keys: keys).open()
        try self.init(
            try? ReadableRows(PageImage(path, keys: keys)), journal: journal?.content(), mark: journal?.mark())
    }

    init(_ rows: ReadableRows?, journal content: JournalFile.Content?, mark: JournalMark?) {
        take(content)
        let isJournalWhole = mark != nil && content?.damagedAt.isEmpty == true
        if let rows { take(rows, besideWholeJournal: isJournalWhole) }
        name(heads: mark.map { [ChainSeq($0.replica, $0.head.seq)] } ?? [])
    }

    private mutating func take(_ content: JournalFile.Content?) {
        guard let content else { return }
        for record in content.records {
            switch record {
            case .kept(let values): meta.merge(values) { $1 }
            case .counters(let values): counters.merge(values) { $1 }
            case .receipt(let receipt): receipts.insert(receipt)
            case .set: continue
            }
        }
        sets = content.sets
        // Numbers that were given out since the journal began are those of the sets in it.
        let given = sets.reduce(0) { $0 + Self.changes(in: $1) }
        counters = counters.mapValues { $0 + Int64(given) }
    }

    private static func changes(in set: UnsentSet) -> Int {
        (try? ChangeSetCodec.decode(set.bytes, replica: set.replica).changes.count) ?? Limits.changeSetChangesMax
    }

    /// The database is newer than the journal's beginning; of its sets the journal's are as good.
    private mutating func take(_ rows: ReadableRows, besideWholeJournal isJournalWhole: Bool) {
        meta.merge(rows.meta.filter { MetaKey.outlivesItsFile($0.key) }) { $1 }
        counters.merge(rows.counters) { max($0, $1) }
        receipts.formUnion(rows.receipts)
        let current = rows.meta[MetaKey.replica].flatMap { ReplicaID(hex: String(decoding: $0, as: UTF8.self)) }
        var found = Dictionary(uniqueKeysWithValues: sets.map { (ChainSeq($0.replica, $0.seq), $0) })
        func add(_ entry: ReadableRows.Entry, of replica: ReplicaID) {
            let place = ChainSeq(replica, entry.set.seq)
            if found[place] != nil { return }
            found[place] = UnsentSet(
                replica: replica, seq: place.seq, wall: entry.at, before: nil, hash: entry.set.hash,
                bytes: entry.set.bytes, refusal: entry.refusal)
        }
        let own = rows.entries.filter(\.isOwn)
        for entry in own { if let replica = rows.replicas[entry.local] { add(entry, of: replica) } }
        // Whose chain the others are of, which the database does not say any more, is what they follow in it. A journal that is
        // whole has all that is unsent: what follows nothing was sent long ago.
        let strays = own.filter { rows.replicas[$0.local] == nil }.sorted { $0.set.seq < $1.set.seq }
        let known = Set(found.values.map(\.hash))
        let replicas = Set(found.keys.map(\.replica) + receipts.map(\.replica) + [current].compactMap(\.self))
        for entry in strays where !known.contains(entry.set.hash) {
            let owner = replicas.first { follows(entry, in: $0, found) }
            if let replica = owner ?? (isJournalWhole ? nil : current) { add(entry, of: replica) }
        }
        sets = found.values.sorted { ($0.replica.raw, $0.seq) < ($1.replica.raw, $1.seq) }
        linkChains()
    }

    private func follows(
        _ entry: ReadableRows.Entry, in replica: ReplicaID, _ found: [ChainSeq: UnsentSet]
    ) -> Bool {
        let before = ChainSeq(replica, entry.set.seq - 1)
        let hash =
            entry.set.seq == 1
            ? ChainHash.start(of: replica)
            : found[before]?.hash ?? receipts.first { $0.replica == replica && $0.seq == before.seq }?.hash
        return hash.map { ChainHash.next(after: $0, set: entry.set.bytes) == entry.set.hash } ?? false
    }

    /// A set's predecessor is known by its own hash, or by a node's word on it.
    private mutating func linkChains() {
        let vouched = Dictionary(receipts.map { (ChainSeq($0.replica, $0.seq), $0.hash) }) { first, _ in first }
        var hashes = vouched
        for set in sets { hashes[ChainSeq(set.replica, set.seq)] = set.hash }
        sets = sets.compactMap { set in
            let start = set.seq == 1 ? ChainHash.start(of: set.replica) : nil
            let before = set.before ?? start ?? hashes[ChainSeq(set.replica, set.seq - 1)]
            // A page that is older than those around it may have lent its bytes.
            if let before, ChainHash.next(after: before, set: set.bytes) != set.hash { return nil }
            return UnsentSet(
                replica: set.replica, seq: set.seq, wall: set.wall, before: before, hash: set.hash, bytes: set.bytes,
                refusal: set.refusal)
        }
    }

    private mutating func name(heads: [ChainSeq]) {
        var last: [ReplicaID: UInt64] = [:]
        for place in heads + sets.map({ ChainSeq($0.replica, $0.seq) }) {
            last[place.replica] = max(last[place.replica] ?? 0, place.seq)
        }
        let here = Set(sets.map { ChainSeq($0.replica, $0.seq) })
        for (replica, end) in last.sorted(by: { $0.key.raw < $1.key.raw }) {
            let vouched = receipts.filter { $0.replica == replica }.map(\.seq).max() ?? 0
            guard vouched < end else { continue }
            gone += (vouched + 1...end).filter { !here.contains(ChainSeq(replica, $0)) }.map { (replica, $0) }
        }
    }

    /// Own sets that no node is known to have.
    package var unsent: [UnsentSet] {
        sets.filter { set in !receipts.contains { $0.replica == set.replica && $0.seq >= set.seq } }
    }
}
