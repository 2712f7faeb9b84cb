import Foundation
import SyncCore
import SyncStore
import SyncWire

/// Compares what this replica holds with what the node holds, and brings down what differs (sync-model §5, R-80…R-82):
/// first a digest a scope, then sums over ranges of ids of large scopes, then the hashes of short ranges. Three round
/// trips whatever the scopes' sizes, and one more when they hold millions.
struct Reconcile {
    /// What becomes of the states that come.
    enum Destination {
        /// They wait for the pull that follows, so that what is shown moves from one cut to the next.
        case staged
        /// They are joined at once: the comparison stands alone (`verify`).
        case joined
    }

    private let store: Store
    private let upstream: Upstream
    private let destination: Destination
    private(set) var received = 0
    /// Scopes whose records are not all the same on both sides.
    private(set) var differing: [String] = []
    /// Scopes that this replica holds no more, and those of which the node could not say so.
    private(set) var dropped: [String] = []
    private(set) var unheld: [String] = []
    private(set) var evicted = 0
    /// Of `surplus`, the records that the node does not hold at all.
    private(set) var missing: [RecordID] = []
    /// Records of which more is held here than at the node, those that it does not hold among them.
    private(set) var surplus: [RecordID] = []
    /// The records that came, the first of them: for people.
    private(set) var brought: [RecordID] = []
    /// The node lost what it had and takes it back.
    private(set) var isRecovering = false

    /// So many records are listed, more are cut into ranges of so many. A range costs its end and sum, about 12 bytes, a
    /// listed record 8: with a difference in every twentieth range both cost the same.
    private static let rangeRecords = 48
    private static let listedMax = 64
    /// So few in all scopes together are listed at once.
    private static let listedAtOnceMax = 4_096
    /// Few enough ranges and hashes for one request.
    private static let rangesWanted = 32_768
    private static let hashesPerRequest = 60_000
    private static let broughtMax = 1_000

    init(store: Store, upstream: Upstream, destination: Destination) {
        self.store = store
        self.upstream = upstream
        self.destination = destination
    }

    /// - Returns: the node's position from before the comparison; pull from there.
    mutating func run() throws -> Checkpoint {
        let mine = try store.read { try $0.scopeSummaries() }
        var request = WireReconcileRequest()
        request.digests = mine.map(WireScopeDigest.init)
        let answer: WireReconcileResponse = try upstream.call("/v1/reconcile", request.encoded)
        guard answer.hasCheckpoint else { throw ExchangeFailure.garbage("a comparison without a checkpoint") }
        (differing, dropped, unheld) = (answer.differing, answer.dropped, answer.unheld)
        if !dropped.isEmpty { try keep([], Losses(dropped: dropped)) }
        let held = Dictionary(mine.map { ($0.name, $0.records) }, uniquingKeysWith: { a, _ in a })
        try compare(differing.map { RangeSum(range: IDRange(scope: $0), records: held[$0] ?? 0, sum: 0) })
        return Checkpoint(answer.checkpoint)
    }

    /// Cuts what is large until all that differs is short, and lists that together: a round trip a step, not a scope.
    private mutating func compare(_ scopes: [RangeSum]) throws {
        let isLittle = scopes.reduce(0) { $0 + $1.records } <= Self.listedAtOnceMax
        let listedMax = isLittle ? Self.listedAtOnceMax : Self.listedMax
        var (short, long): ([IDRange], [RangeSum]) = ([], scopes)
        while !long.isEmpty {
            short += long.filter { $0.records <= listedMax }.map(\.range)
            long = try narrow(long.filter { $0.records > listedMax })
        }
        try list(short)
    }

    /// Cuts ranges into pieces. Returns those that differ.
    private func narrow(_ ranges: [RangeSum]) throws -> [RangeSum] {
        let size = max(Self.rangeRecords, ranges.reduce(0) { $0 + $1.records } / Self.rangesWanted + 1)
        var rest = ranges[...]
        var differing: [RangeSum] = []
        while !rest.isEmpty {
            var (cut, pieces): ([[RangeSum]], Int) = ([], 0)
            try store.read { access in
                while let range = rest.first?.range, pieces < Self.rangesWanted {
                    let parts = try access.split(range, records: size)
                    cut.append(parts)
                    pieces += parts.count
                    rest.removeFirst()
                }
            }
            differing += try self.differing(cut)
        }
        return differing
    }

    private func differing(_ cut: [[RangeSum]]) throws -> [RangeSum] {
        var request = WireReconcileRequest()
        request.ranges = cut.map(WireSummedRanges.init)
        let answer: WireReconcileResponse = try upstream.call("/v1/reconcile", request.encoded)
        let pieces = cut.flatMap { $0 }
        guard answer.differingRanges.allSatisfy({ pieces.indices.contains(Int($0)) }) else {
            throw ExchangeFailure.garbage("a range that was not asked for")
        }
        return answer.differingRanges.map { pieces[Int($0)] }
    }

    private mutating func list(_ ranges: [IDRange]) throws {
        var rest = ranges[...]
        while !rest.isEmpty {
            var (batch, hashes): ([(IDRange, [RecordHash])], Int) = ([], 0)
            try store.read { access in
                while let range = rest.first, hashes < Self.hashesPerRequest, batch.count < Self.rangesWanted {
                    let held = try access.hashes(in: range)
                    batch.append((range, held))
                    hashes += held.count
                    rest.removeFirst()
                }
            }
            try list(batch)
        }
    }

    /// Ranges in one request, or in as many as the node makes of it.
    private mutating func list(_ batch: [(range: IDRange, held: [RecordHash])]) throws {
        var rest = batch
        var unknown: Set<UInt64> = []
        // Those that left are not lost.
        var untold = Set(batch.flatMap(\.held).map(\.id))
        while true {
            var request = WireReconcileRequest()
            request.listed = rest.map { WireListedRange($0.range, $0.held) }
            let answer: WireReconcileResponse = try upstream.call("/v1/reconcile", request.encoded)
            let held = untold
            untold.subtract(try take(answer, held: held))
            unknown.formUnion(answer.unknown)
            guard answer.hasResume else { break }
            let next = Int(answer.resume.range)
            guard rest.indices.contains(next), next > 0 || [UInt8](answer.resume.after) != rest[0].range.after else {
                throw ExchangeFailure.garbage("a comparison that does not get on")
            }
            rest.removeFirst(next)
            rest[0] = rest[0].range.rest(of: rest[0].held, after: [UInt8](answer.resume.after))
        }
        let lost = batch.flatMap(\.held).filter { unknown.contains($0.hash) && untold.contains($0.id) }.map(\.id)
        missing += lost
        surplus += lost
    }

    /// - Returns: the records of which states came, and those that left.
    private mutating func take(_ answer: WireReconcileResponse, held: Set<RecordID>) throws -> [RecordID] {
        isRecovering = isRecovering || answer.recovering
        let evicted = try Losses.records(answer.evicted).filter(held.contains)
        if answer.states.isEmpty && evicted.isEmpty { return [] }
        try store.take(answer.personKeys.map { try $0.carried() })
        let states = answer.states.map { [UInt8]($0) }
        surplus += try store.read { access in try states.compactMap { try access.knowsMore(than: $0) } }
        try keep(states, Losses(evicted: evicted))
        received += states.count
        self.evicted += evicted.count
        let ids = try states.map { try RecordStateCodec.decode($0).id }
        brought += ids.prefix(max(0, Self.broughtMax - brought.count))
        return ids + evicted
    }

    private func keep(_ states: [[UInt8]], _ losses: Losses) throws {
        switch destination {
        case .joined:
            try store.write { access in
                try access.lose(losses)
                try access.absorb(encoded: states)
            }
            try Blobs(store).finishForgetting()
        case .staged:
            // Without a cursor: an interrupted comparison begins again, where an interrupted pull goes on.
            let place = StagingPlace(epoch: try upstream.session().epoch, cursor: [])
            try store.write { try $0.stage(states, losses: losses, at: place) }
        }
    }

    /// What the node has of records, whatever is held of them here.
    func states(of records: [Verification.Damaged]) throws -> [[UInt8]] {
        var ranges = records.map { IDRange(scope: $0.scope, only: $0.id) }
        var states: [[UInt8]] = []
        while !ranges.isEmpty {
            var request = WireReconcileRequest()
            request.listed = ranges.map { WireListedRange($0, []) }
            let answer: WireReconcileResponse = try upstream.call("/v1/reconcile", request.encoded)
            try store.take(answer.personKeys.map { try $0.carried() })
            states += answer.states.map { [UInt8]($0) }
            guard answer.hasResume, 1..<ranges.count ~= Int(answer.resume.range) else { break }
            ranges.removeFirst(Int(answer.resume.range))
        }
        return states
    }
}

extension IDRange {
    /// What is left of a range, and of what is held in it, behind the ids with a prefix.
    fileprivate func rest(of held: [RecordHash], after prefix: [UInt8]) -> (IDRange, [RecordHash]) {
        let last = prefix + [UInt8](repeating: .max, count: max(0, 16 - prefix.count))
        let left = prefix.isEmpty ? held : held.filter { last.lexicographicallyPrecedes($0.id.bytes) }
        return (IDRange(scope: scope, after: prefix, upto: upto), left)
    }
}

extension WireScopeDigest {
    fileprivate init(_ summary: ScopeSummary) {
        self.init()
        scope = summary.name
        high = UInt64(truncatingIfNeeded: summary.digest.sum >> 64)
        low = UInt64(truncatingIfNeeded: summary.digest.sum)
        records = UInt64(summary.records)
    }
}

extension WireSummedRanges {
    /// The pieces of one range.
    fileprivate init(_ pieces: [RangeSum]) {
        self.init()
        scope = pieces.first?.range.scope ?? ""
        after = Data(pieces.first?.range.after ?? [])
        upto = pieces.map { Data($0.range.upto) }
        sums = pieces.map(\.sum)
    }
}

extension WireListedRange {
    fileprivate init(_ range: IDRange, _ held: [RecordHash]) {
        self.init()
        scope = range.scope
        after = Data(range.after)
        upto = Data(range.upto)
        hashes = held.map(\.hash)
    }
}
