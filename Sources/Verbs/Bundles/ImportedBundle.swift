package import FieldModel
import Foundation
import SyncCore
package import SyncWire

/// What `bundle import` came to.
package struct ImportedBundle {
    private let bundle: SealedBundle
    /// Change sets that came, and what became of those that were new.
    package var (sets, applied, refused, undecided, duplicate) = (0, 0, 0, 0, 0)
    /// Record states and receipts that came down.
    package var (states, receipts) = (0, 0)
    /// Whether this replica has all that the bundle brought.
    package var isComplete = true
    /// Whether all of it was known before.
    package var isOlder = false
    package var gaps: [BundleGap] = []
    package var turnedAway: [BundleRefusal] = []
    /// What it means for this replica, and what it exits with where nothing else is to be told.
    package var remarks: [Words] = []
    package var exit: Int32 = 0
    package var answer: ExportedBundle?

    package init(_ bundle: SealedBundle) { self.bundle = bundle }

    package var report: Report {
        let members: [(String, JSONValue)] = [
            ("from", .string(bundle.writer.name)), ("kind", .string(kind)),
            ("created_at", Moments.json(bundle.header.createdAt)),
            ("for", bundle.header.recipient.isEmpty ? .null : .string(bundle.header.recipientName)),
            ("sets", .integer(Int64(sets))), ("applied", .integer(Int64(applied))),
            ("refused", .integer(Int64(refused))), ("undecided", .integer(Int64(undecided))),
            ("duplicate", .integer(Int64(duplicate))), ("states", .integer(Int64(states))),
            ("receipts", .integer(Int64(receipts))), ("complete", .bool(isComplete && gaps.isEmpty)),
            ("older", .bool(isOlder)), ("missing", .array(gaps.map(\.json))),
            ("rejected", .array(turnedAway.map(\.json))),
            ("answer", answer.map { .object($0.members) } ?? .null),
        ]
        let lines = sentences
        return Report(.object(members), remarks: remarks, exit: exitCode) { language in lines.map { $0[language] } }
    }

    private var kind: String {
        switch bundle.writer.kind {
        case .hq: "hq"
        case .branch: "branch"
        case .device: "device"
        }
    }

    private var exitCode: Int32 {
        if let refusal = turnedAway.first { return (ErrorCode(rawValue: refusal.code) ?? .attention).entry.exit }
        return gaps.isEmpty ? exit : ErrorCode.attention.entry.exit
    }

    private var sentences: [Words] {
        let at = Moments.text(bundle.header.createdAt)
        let from = Words("From \(bundle.writer.name), \(at)", "来自 \(bundle.writer.name)（\(at)）")
        let came = isOlder ? [Words("older than what is here; nothing changed", "早于本机已有内容，没有变化")] : inside
        let first = Words(
            "\(from.en): \(came.map(\.en).joined(separator: "; ")).",
            "\(from.zh)：\(came.map(\.zh).joined(separator: "；"))。")
        let answered = answer.map { [$0.answered] } ?? []
        return [first] + gaps.map(\.words) + turnedAway.map { Words($0.message, "\($0.code)：\($0.message)") } + answered
    }
}

extension ImportedBundle {
    /// What came, upwards and downwards.
    private var inside: [Words] {
        let up = Words(
            "\(counted(sets, "change set")) (\(applied) applied, \(refused) refused, \(undecided) for another node to judge, "
                + "\(duplicate) known before)",
            "\(sets) 个变更集（生效 \(applied)，拒绝 \(refused)，待上级判定 \(undecided)，已有 \(duplicate)）")
        let down = Words(
            "\(counted(states, "record")), \(counted(receipts, "receipt"))", "\(states) 条记录，\(receipts) 份回执")
        let both = (sets > 0 ? [up] : []) + (states + receipts > 0 ? [down] : [])
        return both.isEmpty ? [Words("nothing new", "没有新内容")] : both
    }
}

extension ExportedBundle {
    fileprivate var answered: Words {
        guard case .string(let file)? = members.first?.1, let inside = sentences.first else { return Words("", "") }
        return Words("The answer is \(file): \(inside.en)", "回复已写入 \(file)：\(inside.zh)")
    }
}

extension BundleGap {
    fileprivate var json: JSONValue {
        .object([
            ("of", .string(of)), ("replica", replica.map { .string($0.description) } ?? .null),
            ("from", .integer(Int64(clamping: from))), ("to", .integer(Int64(clamping: to))),
        ])
    }

    fileprivate var words: Words {
        guard replica != nil else {
            return Words(
                "It goes on from a later point than this replica has reached (\(of), \(from)–\(to)). Import the bundles "
                    + "before it first, or export one here and have it answered.",
                "它接续的位置晚于本机（\(of)，\(from)–\(to)）。请先导入之前的数据包，或在本机导出后请对方回复。")
        }
        return Words(
            "Change sets \(from)–\(to) of \(of) are missing here; nothing behind them was taken. Import a bundle that has "
                + "them (bundle export --all), then this one again.",
            "此处缺少 \(of) 的变更集 \(from)–\(to)，其后的内容未接受。请先导入包含它们的数据包（bundle export --all），再导入此包。")
    }
}

extension BundleRefusal {
    fileprivate var json: JSONValue {
        .object([
            ("replica", .string(replica.description)), ("code", .string(code)), ("message", .string(message)),
        ])
    }
}
