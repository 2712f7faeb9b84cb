import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// What somebody holds, how much it is, and why.
    package func explainScopes(_ ref: String) throws -> Report {
        try store.write { _ = try $0.settleDueHoldings() }
        return try store.read { access in
            let holder = try Holder.find(ref, access)
            let explanation = try ScopeExplanation(holder, access)
            var lines = [try explanation.heading(language)]
            var table = TextTable(
                Words("Scope|Records|Bytes|Since|Because", "范围|记录|字节|自|原因")[language]
                    .split(separator: "|").map(String.init))
            for row in explanation.rows.prefix(ScopeExplanation.rowsShownMax) {
                table.add(try explanation.cells(row, language))
            }
            lines += table.lines
            let rest = explanation.rows.count - ScopeExplanation.rowsShownMax
            let remarks = rest > 0 ? [Words("\(rest) more: --json lists all.", "另有 \(rest) 个，可用 --json 全部列出。")] : []
            return .list(
                try explanation.rows.map(explanation.json),
                with: [
                    ("holder", holder.json), ("records", .integer(Int64(explanation.total.records))),
                    ("bytes", .integer(Int64(explanation.total.bytes))),
                ], remarks: remarks
            ) { _ in lines }
        }
    }
}

private struct ScopeExplanation {
    struct Row {
        let holding: ExplainedHolding
        let size: ScopeSize
    }

    /// A terminal's worth; the largest first.
    static let rowsShownMax = 100

    let holder: Holder
    let rows: [Row]
    let total: ScopeSize
    private let access: ReadAccess
    private let scopes: ScopeNames

    init(_ holder: Holder, _ access: ReadAccess) throws {
        self.holder = holder
        self.access = access
        scopes = ScopeNames(access)
        let holdings = try access.explainHoldings(of: holder.id)
        let everything = holdings.contains { $0.scope == HoldingClaim.every }
        let held = try holdings.map { holding in
            let isEvery = holding.scope.hasPrefix(HoldingClaim.every)
            let size = try isEvery ? access.size(ofEvery: holding.scope) : access.size(ofScope: holding.scope)
            return Row(holding: holding, size: size)
        }
        // Who holds everything holds what is named besides only once.
        let counted = everything ? held.filter { $0.holding.scope.hasPrefix(HoldingClaim.every) } : held
        total = counted.reduce(into: ScopeSize()) { $0 += $1.size }
        rows = held.sorted { ($1.size.bytes, $0.holding.scope) < ($0.size.bytes, $1.holding.scope) }
    }

    func heading(_ language: Language) throws -> String {
        let who = holder.device.map { "\($0.code) (\(holder.name))" } ?? holder.name
        return Words(
            "\(who) holds \(rows.count) scopes: \(total.records) records, \(total.bytes) bytes.",
            "\(who) 持有 \(rows.count) 个范围：\(total.records) 条记录，\(total.bytes) 字节。")[language]
    }

    func cells(_ row: Row, _ language: Language) throws -> [String] {
        let reasons = try row.holding.sources.map { source in
            "\(source.reason.label[language]) \(try scopes.names.name(of: source.record))"
        }
        return [
            try scopes.text(of: row.holding.scope, language), String(row.size.records), String(row.size.bytes),
            row.holding.since.map { Moments.text($0) } ?? "–",
            reasons.isEmpty ? Words("everybody's", "人人可见")[language] : reasons.joined(separator: ", "),
        ]
    }

    func json(_ row: Row) throws -> JSONValue {
        let sources = try row.holding.sources.map { source in
            let record = try access.shown(source.record)
            return JSONValue.object([
                ("reason", .string(source.reason.rawValue)),
                ("type", record.map { .string($0.typeName) } ?? .null), ("id", .string(source.record.description)),
                ("number", record?.number.map(JSONValue.string) ?? .null),
                ("name", .string(try scopes.names.name(of: source.record))),
            ])
        }
        return .object([
            ("scope", .string(row.holding.scope)),
            ("name", try scopes.name(of: row.holding.scope).map { .string($0.en) } ?? .null),
            ("records", .integer(Int64(row.size.records))), ("bytes", .integer(Int64(row.size.bytes))),
            ("since", row.holding.since.map(Moments.json) ?? .null), ("because", .array(sources)),
        ])
    }
}
