import FieldModel
import SyncCore
import SyncWire

extension ReadAccess {
    /// Reads the whole audit and the whole log, and compares each entry with the one before it, with the change set that it
    /// tells of, and the end with heads that this node once signed.
    /// - Parameter heads: of this node.
    package func verifyAudit(heads: [KeptAuditHead]) throws -> AuditFindings {
        let check = try AuditCheck(self)
        try check.run()
        for head in heads { try check.compare(head) }
        return check.found
    }
}

/// One reading of the audit.
private final class AuditCheck {
    /// A row of `audit`.
    private struct Entry {
        let n, at, position: Int64
        let kind: UInt8
        let rowid: Int64?
        let authority: Int64?
        let detail: [UInt8]
        let chain: [UInt8]

        init(_ row: Prepared) {
            (n, at, position) = (row.integer(0), row.integer(1), row.integer(2))
            kind = UInt8(truncatingIfNeeded: row.integer(3))
            rowid = row.isNull(4) ? nil : row.integer(4)
            authority = row.isNull(5) ? nil : row.integer(5)
            detail = row.isNull(6) ? [] : Array(row.text(6).utf8)
            chain = row.bytes(7)
        }
    }

    /// What the audit says became of a set after it had entered the log.
    private struct Turn {
        /// What it was before.
        let first: Verdict?
        var last: Verdict
        var detail: [UInt8]
    }

    private let access: ReadAccess
    var found = AuditFindings()
    private var authorities: [Int64: [UInt8]] = [:]
    private var turns: [Int64: Turn] = [:]
    /// The last set that the audit has told of, by its place in the log.
    private var lastRow: Int64 = 0
    private var previous: (n: Int64, chain: [UInt8])? = (0, AuditEntry.start)
    /// The set of each side of a chain whose bytes were compared last.
    private var heads: [Int64: ChainPosition] = [:]

    init(_ access: ReadAccess) throws {
        self.access = access
        try readAuthorities()
        try readTurns()
    }

    private func readAuthorities() throws {
        let rows = try access.prepare("SELECT local, hash, content FROM authority")
        defer { rows.reset() }
        while try rows.next() {
            if Hash.sha256(rows.bytes(2)) == rows.bytes(1) { authorities[rows.integer(0)] = rows.bytes(1) }
        }
    }

    private func readTurns() throws {
        let rows = try access.prepare(
            """
            SELECT n, at, position, kind, entry, authority, detail, chain FROM audit
            WHERE kind IN (\(AuditKind.turnedApplied.rawValue), \(AuditKind.turnedRefused.rawValue)) ORDER BY n
            """)
        for entry in try rows.all(Entry.init) {
            guard let rowid = entry.rowid, let last = AuditKind(rawValue: entry.kind)?.turned else { continue }
            let first = turns[rowid]?.first ?? Self.from(entry.detail)
            turns[rowid] = Turn(first: first, last: last, detail: entry.detail)
        }
    }

    private static func from(_ detail: [UInt8]) -> Verdict? {
        let text = String(decoding: detail, as: UTF8.self)
        return [Verdict.applied, .refused, .undecided, .gone].first { text.contains("\"from\":\"\($0.word)\"") }
    }

    func run() throws {
        let rows = try access.prepare(
            "SELECT n, at, position, kind, entry, authority, detail, chain FROM audit ORDER BY n")
        defer { rows.reset() }
        while try rows.next() {
            let entry = Entry(rows)
            found.entries += 1
            try check(entry)
        }
        try checkRest()
    }

    // MARK: entries

    private func check(_ entry: Entry) throws {
        if let before = previous?.n, entry.n != before + 1 {
            found.fault(
                before + 1, "entries \(before + 1) to \(entry.n - 1) are gone", "第 \(before + 1) 至 \(entry.n - 1) 条缺失")
            previous = nil
        }
        let kind = AuditKind(rawValue: entry.kind)
        let set = try entry.rowid.map { try access.loggedSet($0) } ?? nil
        if entry.rowid != nil && set == nil {
            found.fault(
                entry.n, "entry \(entry.n): the change set that it tells of is gone from the log",
                "第 \(entry.n) 条：所述变更集已不在日志中")
        } else {
            checkChain(entry, set)
        }
        if let entered = kind?.entered, let rowid = entry.rowid {
            try checkOrder(entry, rowid)
            if let set { try compare(entry, entered, rowid, set) }
        }
        if kind == .begun { try checkBeginning(entry) }
        previous = (entry.n, entry.chain)
    }

    private func checkChain(_ entry: Entry, _ set: LoggedSet?) {
        let authority = entry.authority.map { authorities[$0] }
        if case .some(nil) = authority {
            found.fault(
                entry.n, "entry \(entry.n): the authority that it names was changed, or is gone",
                "第 \(entry.n) 条：所述授权已被改动或缺失")
            return
        }
        guard let previous else { return }
        let expected = AuditEntry(
            n: entry.n, at: entry.at, position: entry.position, kind: entry.kind, set: set?.subject,
            authority: authority ?? nil, detail: entry.detail
        ).chained(after: previous.chain)
        if expected != entry.chain {
            let what = set.map { " (\($0.subject.replica):\($0.subject.seq))" } ?? ""
            found.fault(
                entry.n, "entry \(entry.n)\(what) is not what was written, or does not follow the one before it",
                "第 \(entry.n) 条\(what)与写入时不同，或与前一条不衔接")
        }
    }

    private func checkOrder(_ entry: Entry, _ rowid: Int64) throws {
        if rowid != lastRow + 1 {
            found.fault(
                entry.n, "entry \(entry.n): change sets in the log before it are not told of, or not in this order",
                "第 \(entry.n) 条：其前的变更集未被记录或次序不符")
        }
        lastRow = rowid
    }

    private func compare(_ entry: Entry, _ entered: (verdict: Verdict, own: Bool), _ rowid: Int64, _ set: LoggedSet)
        throws
    {
        let turn = turns[rowid]
        let refusal = turn?.detail ?? entry.detail
        let isAsTold =
            set.verdict == (turn?.last ?? entered.verdict) && set.own == entered.own && set.at == entry.at
            && set.position == entry.position
        let isRefusedAsTold = set.verdict != .refused || set.refusal.map { refusal.tells($0) } ?? false
        if !isAsTold || !isRefusedAsTold {
            found.fault(
                entry.n, "entry \(entry.n): the log says something else of change set \(set.name)",
                "第 \(entry.n) 条：日志中变更集 \(set.name) 的判定与记录不同")
        }
        try checkBytes(set, rowid, entry.n)
    }

    /// The set's own hash vouches for its bytes.
    private func checkBytes(_ set: LoggedSet, _ rowid: Int64, _ n: Int64?) throws {
        let subject = set.subject
        let before = try heads[set.side]?.seq == subject.seq - 1 ? heads[set.side]?.hash : access.hash(before: set)
        heads[set.side] = ChainPosition(seq: subject.seq, hash: subject.hash)
        if set.verdict == .gone { return }
        found.sets += 1
        guard let bytes = set.bytes, let before, ChainHash.next(after: before, set: bytes) == subject.hash else {
            found.fault(
                n, "change set \(set.name): its bytes are not those that were signed", "变更集 \(set.name)：内容与签名不符")
            return
        }
        guard let records = try? ChangeSetCodec.decode(bytes, replica: subject.replica).records.map(\.id) else {
            return
        }
        for record in Set(records) where try !access.isLinked(record, to: rowid) {
            found.fault(
                n, "change set \(set.name) is not listed for record \(record), which it changes",
                "变更集 \(set.name) 未列入其所改记录 \(record)")
        }
    }

    // MARK: what no entry tells of

    /// The log as it was before the audit began.
    private func checkBeginning(_ entry: Entry) throws {
        let told = String(decoding: entry.detail, as: UTF8.self)
        let last = told.firstRange(of: /"entry":(\d+)/).flatMap { Int64(told[$0].drop { !$0.isNumber }) } ?? 0
        let before = turns.filter { $0.key <= last }.compactMapValues(\.first)
        let digest = try access.logDigest(upTo: last, verdicts: before)
        if !told.contains(Hex.digits(digest.digest)) {
            found.fault(
                entry.n, "entry \(entry.n): the log up to there is not what it was", "第 \(entry.n) 条：此前的日志与当时不同")
        }
        lastRow = last
        try access.eachLoggedSet(upTo: last) { rowid, set in
            if let turn = turns[rowid], turn.last != set.verdict {
                found.fault(
                    entry.n, "the log says something else of change set \(set.name) than the audit",
                    "日志中变更集 \(set.name) 的判定与审计不同")
            }
            try checkBytes(set, rowid, entry.n)
        }
    }

    private func checkRest() throws {
        if found.entries == 0 { found.fault(1, "there is no entry at all", "没有任何条目") }
        let last = try access.lastLoggedRow()
        if last > lastRow {
            found.fault(
                nil, "the log has \(last - lastRow) change sets at its end of which the audit does not tell",
                "日志末尾有 \(last - lastRow) 个变更集未被审计记录")
        }
        let (kept, there) = try (access.tally(.changeSets), access.countLoggedSets())
        if kept != there {
            found.fault(
                nil, "\(kept) change sets were written to the log, and \(there) are there",
                "日志写入过 \(kept) 个变更集，现有 \(there) 个")
        }
    }

    // MARK: heads

    func compare(_ head: KeptAuditHead) throws {
        found.heads += 1
        switch try access.check(head) {
        case .holds: break
        case .lost(let restored):
            found.explained.append(
                Words(
                    "Entry \(head.n), which this node signed, was lost when it was restored (entry \(restored)).",
                    "本节点签过的第 \(head.n) 条在恢复时丢失（见第 \(restored) 条）。"))
        case .settled:
            found.explained.append(
                Words(
                    "Entry \(head.n), which this node signed, is not as it was; somebody has looked at that.",
                    "本节点签过的第 \(head.n) 条与现有不同，已有人核查。"))
        case .cut:
            let last = try access.auditTail().n
            found.fault(
                last + 1, "this node signed entry \(head.n), and the audit ends with \(last): its end was cut off",
                "本节点曾签过第 \(head.n) 条，而审计止于第 \(last) 条：末尾被截去")
        case .rewritten:
            found.fault(
                head.n, "entry \(head.n) is not the one that this node signed: it, or an earlier one, was rewritten",
                "第 \(head.n) 条不是本节点所签的：该条或之前的条目被重写")
        }
    }
}

extension [UInt8] {
    /// Whether an entry's detail has this refusal in it.
    fileprivate func tells(_ refusal: RefusalReason) -> Bool {
        let text = String(decoding: self, as: UTF8.self)
        return [("code", refusal.code), ("en", refusal.messageEN), ("zh", refusal.messageZH)].allSatisfy { key, value in
            text.contains("\"\(key)\":\(JSONValue.string(value).canonical())")
        }
    }
}
