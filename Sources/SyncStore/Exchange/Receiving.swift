import FieldModel
import Foundation
import GRDB
package import SyncCore
import SyncWire

/// Consecutive change sets of one replica, verified: form, hash chain, signature and certificate are right.
package struct IncomingRun: Sendable {
    package struct Item: Sendable {
        package let bytes: [UInt8]
        package let hash: [UInt8]
        /// The verdict that a node on the way already gave; nil: this node judges.
        package let verdict: IncomingVerdict?

        package init(bytes: [UInt8], hash: [UInt8], verdict: IncomingVerdict?) {
            self.bytes = bytes
            self.hash = hash
            self.verdict = verdict
        }

        /// Decoded when its turn comes: a set takes many times the memory that its bytes take.
        fileprivate func set(of replica: ReplicaID) throws -> ChangeSet {
            try ChangeSetCodec.decode(bytes, replica: replica)
        }
    }

    package let replica: ReplicaID
    package let before: ChainPosition
    package let items: [Item]
    /// The key that signed the run, and its certificate chain as it travels.
    package let key: [UInt8]
    package let certificates: [UInt8]
    /// The person that a device's certificate names: nobody else may be the author of its sets. Nil for a node's.
    package let person: RecordID?
    /// The device that the certificate is for; nil for a node.
    package let device: RecordID?
    /// Where HQ's receipt, verified, says that the chain stands: the sets up to there are gone here.
    package let base: ChainPosition?
    /// Brought by a node, not by the author: its sets were accepted there already.
    package let isRelayed: Bool
    package let carrier: Carrier
    /// The keys that its personal values are sealed under.
    package let sealingKeys: Set<UInt64>
    /// The record of the node that gave the verdicts; nil: nobody, or the sets are a node's own.
    package let judge: RecordID?

    package init(
        replica: ReplicaID, before: ChainPosition, items: [Item], key: [UInt8], certificates: [UInt8],
        person: RecordID?, device: RecordID? = nil, base: ChainPosition?, isRelayed: Bool, carrier: Carrier = .none,
        judge: RecordID? = nil, sealingKeys: Set<UInt64> = []
    ) {
        self.sealingKeys = sealingKeys
        self.carrier = carrier
        self.judge = judge
        self.person = person
        self.device = device
        self.base = base
        self.isRelayed = isRelayed
        self.replica = replica
        self.before = before
        self.items = items
        self.key = key
        self.certificates = certificates
    }
}

package enum IncomingVerdict: Hashable, Sendable {
    case applied
    case refused(RefusalReason)

    var verdict: Verdict {
        switch self {
        case .applied: .applied
        case .refused: .refused
        }
    }
}

package enum RunOutcome: Hashable, Sendable {
    /// Everything up to the head is durable here.
    case accepted(ChainSummary)
    case gap(next: UInt64)
    case forked(seq: UInt64?)
    /// The replica belongs to another key.
    case owned
}

/// What this node holds of a chain, with the verdicts of its last sets.
package struct ChainSummary: Hashable, Sendable {
    package let head: ChainPosition
    package let firstSeq: UInt64
    package let refusals: [UInt64: RefusalReason]
    package let undecided: [UInt64]
}

extension WriteAccess {
    /// Takes a run into the log and applies what is accepted; the same run again changes nothing (sync-model §4, §6).
    package func receive(_ run: IncomingRun) throws -> RunOutcome {
        try from(Provenance(run)) { try takeIn(run) }
    }

    private func takeIn(_ run: IncomingRun) throws -> RunOutcome {
        guard try claim(run) else { return .owned }
        try takeUp(run)
        let first = ChainSide(replica: run.replica, local: try names.local(run.replica))
        switch try decide(run, on: first) {
        case .process(let known): return try process(run, known: known, on: first)
        case let decision where role == .hq && run.isRelayed: return try receive(run, beside: first, decision)
        case .gap(let next): return .gap(next: next)
        case .forked(let seq):
            try quarantine(run, reason: Self.forked)
            return .forked(seq: seq)
        }
    }

    func decide(_ run: IncomingRun, on side: ChainSide) throws -> RunDecision {
        try Chain.decide(
            before: run.before, hashes: run.items.map(\.hash), head: head(of: side).seq,
            hashAt: { [self] seq in try hash(of: side, at: seq) })
    }

    /// - Parameter known: how many of the run's sets the side has.
    func process(_ run: IncomingRun, known: Int, on side: ChainSide) throws -> RunOutcome {
        let judge = Judge(access: self)
        judge.compromise = try Compromise(of: run, self)
        for (index, item) in run.items.enumerated() {
            let seq = run.before.seq + UInt64(index) + 1
            if index < known {
                try reconsider(item, run.replica, side, seq)
            } else {
                try take(item, run, side, seq, judge)
            }
            endPosition()
        }
        return .accepted(try summary(of: side, from: run.before.seq + 1))
    }

    /// a chain whose old sets are gone is taken up behind HQ's receipt; their content comes as states.
    private func takeUp(_ run: IncomingRun) throws {
        guard let base = run.base, base == run.before, try head(of: run.replica).seq < base.seq else { return }
        try append(
            NewEntry(
                replica: run.replica, seq: base.seq, hash: base.hash, bytes: nil, verdict: .gone, own: false, wall: nil,
                refusal: nil, records: []))
    }

    /// the first run of a replica binds it to the key that signed it.
    private func claim(_ run: IncomingRun) throws -> Bool {
        let local = try names.local(run.replica)
        if let owner = try key(of: run.replica) { return owner == run.key }
        try db.cachedStatement(sql: "INSERT INTO chain_owner (replica, key, certificates) VALUES (?, ?, ?)").execute(
            arguments: [local, Data(run.key), Data(run.certificates)])
        return true
    }

    private func take(
        _ item: IncomingRun.Item, _ run: IncomingRun, _ side: ChainSide, _ seq: UInt64, _ judge: Judge
    ) throws {
        let set = try item.set(of: run.replica)
        let records = try ChangedRecords(of: set, self)
        let (verdict, refusal) = try verdict(on: set, item.verdict, person: run.person, records, judge)
        let rowid = try append(
            NewEntry(
                replica: run.replica, side: side.local, seq: seq, hash: item.hash, bytes: item.bytes, verdict: verdict,
                own: false, wall: nil, refusal: refusal, records: set.records,
                writer: item.verdict == nil ? judge.writer(set.author) : nil))
        if verdict == .applied {
            let contradicted = try accept(set, on: records, rowid: rowid)
            // Two sides of a forked chain share their dots, and are mended otherwise.
            if side.parting == nil, let record = contradicted.first {
                try noteContradiction(item, run.replica, seq, on: record)
            }
            judge.saw(set)
            try judgeWaiting(for: set, judge)
        }
    }

    /// a set came of which a record held something else already, by a witness or a state. What is held stays.
    private func noteContradiction(
        _ item: IncomingRun.Item, _ replica: ReplicaID, _ seq: UInt64, on record: RecordID
    ) throws {
        try quarantine(item.bytes, replica: replica, seq: seq, reason: Self.contradicted)
        session.alarms.append(
            Alarm(
                message: "set \(seq) of \(replica) says something else of record \(record) than what others had told "
                    + "of it: the record stays, the set is kept for a person to look at"))
    }

    private static let anyUndecided = FixedSQL("SELECT 1 FROM change_log WHERE verdict <> 0 AND verdict = 2 LIMIT 1")

    /// Headquarters, above which nobody is, judges the sets that waited for a record that has now come.
    private func judgeWaiting(for set: ChangeSet, _ judge: Judge) throws {
        guard role == .hq, try prepare(Self.anyUndecided).first({ _ in true }) != nil else { return }
        for change in set.changes where change.write?.creates == true {
            for entry in try entries(changing: change.record) where entry.verdict == .undecided {
                guard let waiting = try entry.changeSet() else { continue }
                let records = try ChangedRecords(of: waiting, self)
                guard records.holdAll(of: waiting) else { continue }
                endPosition()
                let (verdict, refusal) = try judge.judge(waiting, on: records)
                try setVerdict(verdict, refusal: refusal, of: entry, writer: judge.writer(waiting.author))
                if verdict == .applied {
                    try accept(waiting, on: records, rowid: entry.rowid)
                    judge.saw(waiting)
                }
            }
        }
    }

    private func verdict(
        on set: ChangeSet, _ earlier: IncomingVerdict?, person: RecordID?, _ records: ChangedRecords, _ judge: Judge
    ) throws -> (Verdict, RefusalReason?) {
        if let person, set.author != person { return (.refused, Judge.forgedAuthor) }
        switch earlier {
        case .applied: return (.applied, nil)
        case .refused(let reason): return (.refused, reason)
        case nil:
            if judge.compromise?.holds(set) == true { return (.refused, Compromise.reason) }
            guard records.holdAll(of: set) else {
                if let refusal = try refusalOfCreation(set) { return (.refused, refusal) }
                return (.undecided, nil)
            }
            return try judge.judge(set, on: records)
        }
    }

    /// A set that is here already: accepted anywhere wins.
    private func reconsider(
        _ item: IncomingRun.Item, _ replica: ReplicaID, _ side: ChainSide, _ seq: UInt64
    ) throws {
        guard let verdict = item.verdict, let entry = try entry(of: side, at: seq), entry.verdict != .gone,
            entry.verdict != verdict.verdict
        else { return }
        guard entry.verdict.merged(with: verdict.verdict) != entry.verdict else {
            return try noteOtherVerdict(verdict, on: entry)
        }
        switch verdict {
        case .applied: try turn(entry, applied: item.set(of: replica))
        case .refused(let reason):
            _ = try position()
            try setVerdict(.refused, refusal: reason, of: entry)
        }
    }

    private static let anyRefusal = FixedSQL("SELECT 1 FROM audit WHERE entry = ? AND kind IN (?, ?, ?)")

    /// A set that is applied here was refused elsewhere: its author offered it at more than one node. Told once.
    private func noteOtherVerdict(_ verdict: IncomingVerdict, on entry: LogEntry) throws {
        guard case .refused(let reason) = verdict else { return }
        let statement = try prepare(Self.anyRefusal)
        statement.bind(1, entry.rowid)
        for (index, kind) in [AuditKind.refused, .turnedRefused, .judgedOtherwise].enumerated() {
            statement.bind(Int32(index + 2), Int64(kind.rawValue))
        }
        if try statement.first({ _ in true }) != nil { return }
        try audit(.judgedOtherwise, of: entry, refusal: reason, writer: nil)
    }

    /// A set that was refused or undecided here was applied elsewhere.
    func turn(_ entry: LogEntry, applied set: ChangeSet) throws {
        try setVerdict(.applied, refusal: nil, of: entry)
        try accept(set, on: ChangedRecords(of: set, self), rowid: entry.rowid, heldOnly: true)
    }

    /// Whether a change makes a record in a scope of which this node has something: one that it only relayed nobody would
    /// ever take away from it again.
    private func isMadeHere(_ change: Change) throws -> Bool {
        guard change.write?.creates == true else { return false }
        let scope = change.write?.fields.first { $0.tag == .scope }?.value
        guard role == .branch, case .text(let scope)? = scope else { return true }
        return try hasRecords(scope: scope)
    }

    /// Applies an accepted set and takes note of its timestamp.
    /// - Parameters:
    ///   - records: those that it changes, as they are here.
    ///   - rowid: of the set in the log.
    ///   - heldOnly: leave records alone that this node does not hold; their states come with a pull.
    /// - Returns: records that hold something else under the set's dots than the set says.
    @discardableResult
    private func accept(
        _ set: ChangeSet, on records: ChangedRecords, rowid: Int64, heldOnly: Bool = false
    ) throws -> [RecordID] {
        var clock = try clock()
        clock.saw(set.timestamp, wall: environment.wallMilliseconds())
        keep(clock)
        let changes = heldOnly ? try set.changes.filter { try records[$0] != nil || isMadeHere($0) } : set.changes
        let contradicted = try apply(
            ChangeSet(timestamp: set.timestamp, author: set.author, replaces: set.replaces, changes: changes),
            to: records)
        if role == .hq { try mendForks(with: set, rowid: rowid) }
        return contradicted
    }

    /// A change to a record that is known only from a refused creation is refused with it.
    private func refusalOfCreation(_ set: ChangeSet) throws -> RefusalReason? {
        for change in set.changes {
            for entry in try entries(changing: change.record) where entry.verdict == .refused {
                let creates = try entry.changeSet()?.changes.contains {
                    $0.record == change.record && $0.write?.creates == true
                }
                if creates == true { return entry.refusal }
            }
        }
        return nil
    }

    private func quarantine(_ run: IncomingRun, reason: String) throws {
        for (index, item) in run.items.enumerated() {
            try quarantine(
                item.bytes, replica: run.replica, seq: run.before.seq + UInt64(index) + 1, reason: reason)
        }
    }

    /// Keeps bytes that cannot enter the log, once each, for a person to look at.
    package func quarantine(_ bytes: [UInt8], replica: ReplicaID, seq: UInt64, reason: String) throws {
        let same = try Int.fetchOne(
            db, sql: "SELECT 1 FROM quarantine WHERE replica = ? AND seq = ? AND bytes = ?",
            arguments: [Int64(bitPattern: replica.raw), Int64(clamping: seq), Data(bytes)])
        if same != nil { return }
        try audit(
            .quarantined,
            [
                ("replica", .string(replica.description)), ("seq", .integer(Int64(clamping: seq))),
                ("reason", .string(reason)), ("bytes", .string(Hex.digits(Hash.sha256(bytes)))),
            ])
        try db.execute(
            sql: "INSERT INTO quarantine (at, replica, seq, reason, bytes) VALUES (?, ?, ?, ?, ?)",
            arguments: [
                environment.wallMilliseconds(), Int64(bitPattern: replica.raw), Int64(clamping: seq), reason,
                Data(bytes),
            ])
    }
}

extension ReadAccess {
    package func summary(of replica: ReplicaID, from first: UInt64) throws -> ChainSummary {
        guard let side = try firstSide(of: replica) else {
            return ChainSummary(head: try head(of: replica), firstSeq: first, refusals: [:], undecided: [])
        }
        return try summary(of: side, from: first)
    }

    func entry(of replica: ReplicaID, at seq: UInt64) throws -> LogEntry? {
        try entries(of: replica, from: seq, limit: 1, bytesMax: .max).first { $0.seq == seq }
    }

    /// The key that a replica belongs to; nil for this store's own, and for one that is not known.
    package func key(of replica: ReplicaID) throws -> [UInt8]? {
        guard let local = try names.known(replica) else { return nil }
        return try Data.fetchOne(
            db.cachedStatement(sql: "SELECT key FROM chain_owner WHERE replica = ?"), arguments: [local]
        ).map { [UInt8]($0) }
    }

    /// The certificate chain, as it travels, of the key that a replica belongs to; nil for this store's own.
    package func certificates(of replica: ReplicaID) throws -> [UInt8]? {
        guard let local = try names.known(replica) else { return nil }
        return try Data.fetchOne(
            db.cachedStatement(sql: "SELECT certificates FROM chain_owner WHERE replica = ?"), arguments: [local]
        ).map { [UInt8]($0) }
    }
}
