import FieldModel
import SyncCore
import SyncStore
import SyncWire
import Verbs

/// What a salvage came to.
struct Saved {
    /// Nil: the database was whole.
    var outcome: Salvage.Outcome?
    /// What the names of the damaged files begin with.
    var damaged: String?
    /// Damaged ones that were put aside.
    var attachments: [BlobHash] = []

    /// - Parameters:
    ///   - found: before.
    ///   - now: what an examination of the fresh replica found.
    func report(_ found: Diagnosis, now: Diagnosis) -> Report {
        let isLost = !(outcome?.gone.isEmpty ?? true) || !(outcome?.unreadable.isEmpty ?? true) || !attachments.isEmpty
        let members = now.members + [("salvaged", found.isSound ? .null : json)]
        let isWhole = now.isSound && !isLost
        return Report(
            .object(members), remarks: found.isSound ? now.report.remarks : sentences + now.faultSentences,
            exit: isWhole ? 0 : ErrorCode.integrity.entry.exit)
    }

    private var json: JSONValue {
        let gone = (outcome?.gone ?? []).map { set -> JSONValue in
            .object([("replica", .string(set.replica.description)), ("seq", .integer(Int64(clamping: set.seq)))])
        }
        return .object([
            ("sets", .integer(Int64(outcome?.sets.whole ?? 0))),
            ("rewritten", .integer(Int64(outcome?.sets.rewritten ?? 0))), ("gone", .array(gone)),
            ("unreadable", .array((outcome?.unreadable ?? []).map { .string($0.description) })),
            ("attachments", .array(attachments.map { .string($0.description) })),
            ("replica", outcome?.replica.map { .string($0.description) } ?? .null),
            ("damaged", damaged.map(JSONValue.string) ?? .null),
        ])
    }

    private var sentences: [Words] {
        var out: [Words] = []
        if let outcome, let damaged {
            let count = outcome.sets.whole + outcome.sets.rewritten
            out.append(
                Words(
                    "A fresh database was made with this device's enrolment and \(count) of its change sets. The damaged "
                        + "files are at \(damaged)…",
                    "已新建数据库，保留本机登记信息和 \(count) 个变更集。损坏的文件保存在 \(damaged)…"))
            if outcome.sets.rewritten > 0 {
                out.append(
                    Words(
                        "\(outcome.sets.rewritten) of them stood behind a gap and were written again under a new id.",
                        "其中 \(outcome.sets.rewritten) 个位于缺口之后，已用新编号重写。"))
            }
            out.append(Words("Now: field sync. It brings back the rest.", "下一步：field sync，其余内容将随同步取回。"))
        } else {
            out.append(Words("The database is whole and was left as it is.", "数据库完好，未作更改。"))
        }
        out += (outcome?.gone ?? []).map {
            Words("Change set \($0.seq) of \($0.replica) is gone.", "\($0.replica) 的第 \($0.seq) 个变更集已丢失。")
        }
        out += (outcome?.unreadable ?? []).map {
            Words(
                "What you wrote of the person \($0) cannot be read any more: write it again.",
                "您填写的人员 \($0) 信息已无法读取：请重新填写。")
        }
        return out
            + attachments.map {
                Words("The attachment \($0) is damaged and was put aside.", "附件 \($0) 已损坏，已移到一旁。")
            }
    }
}
