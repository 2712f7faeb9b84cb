import FieldModel
import SyncStore
import SyncWire
import Verbs

extension Diagnosis {
    /// So many damaged pages are told of in text.
    private static let namedMax = 20

    var report: Report {
        Report(.object(members), remarks: sentences, exit: isSound ? 0 : ErrorCode.integrity.entry.exit)
    }

    var members: [(String, JSONValue)] {
        let checks = content.map { found in
            JSONValue.object(Verification.Check.allCases.map { ($0.rawValue, .integer(Int64(found.count($0)))) })
        }
        let journalMembers: [(String, JSONValue)] = [
            ("present", .bool(journal.isThere)), ("sets", .integer(Int64(journal.sets))),
            ("damaged", .integer(Int64(journal.damaged + (journal.isHeadless ? 1 : 0)))),
            ("lacking", .integer(Int64(journal.lacking))), ("extra", .integer(Int64(journal.extra))),
        ]
        return [
            ("sound", .bool(isSound)), ("pages", .integer(Int64(database?.pages ?? 0))),
            ("frames", .integer(Int64(database?.frames ?? 0))),
            ("damaged", .array(damage(in: database, "database") + damage(in: people, "people"))),
            ("checks", checks ?? .null), ("faults", .array((content?.faults ?? []).map(JSONValue.string))),
            ("files", .array(files.map { .string($0.en) })), ("journal", .object(journalMembers)),
            (
                "attachments",
                .object([
                    ("checked", .integer(Int64(attachments.checked))),
                    ("damaged", .array(attachments.damaged.map { .string($0.description) })),
                ])
            ), ("unsent", .integer(Int64(unsent))), ("gone", .integer(Int64(gone))), ("rebuilt", .bool(isRebuilt)),
        ]
    }

    private func damage(in report: PageReport?, _ file: String) -> [JSONValue] {
        guard let report else { return [] }
        func item(_ part: String, _ page: UInt32?, _ holds: String?) -> JSONValue {
            .object([
                ("file", .string(file)), ("part", .string(part)), ("page", page.map { .integer(Int64($0)) } ?? .null),
                ("holds", holds.map(JSONValue.string) ?? .null),
            ])
        }
        let heads = [(report.isHeadless, "head"), (report.isLogHeadless, "log_head")].filter(\.0)
        return heads.map { item($0.1, nil, nil) }
            + report.damaged.map { item($0.isInLog ? "log" : "page", $0.page, $0.holds) }
    }

    /// What is still wrong after something was done about it.
    var faultSentences: [Words] { (content?.faults ?? []).map { Words($0, $0) } + files }

    private var sentences: [Words] {
        let read = Words(
            "\(database?.pages ?? 0) pages, \(content?.records ?? 0) records, \(attachments.checked) attachments and "
                + "\(journal.sets) change sets in the journal read.",
            "已检查 \(database?.pages ?? 0) 页、\(content?.records ?? 0) 条记录、\(attachments.checked) 个附件，"
                + "日志中有 \(journal.sets) 个变更集。")
        let database = pageSentences(self.database, Words("database", "数据库"))
        let people = pageSentences(self.people, Words("keys of people", "人员密钥库"))
        let missing = self.database == nil ? [Words("The database is missing.", "数据库文件不存在。")] : []
        let faults = (content?.faults ?? []).map { Words($0, $0) }
        let attachments = self.attachments.damaged.map {
            Words("The attachment \($0) is damaged.", "附件 \($0) 已损坏。")
        }
        return [read] + missing + database + people + journalSentences + files + faults + attachments + [advice]
    }

    private func pageSentences(_ report: PageReport?, _ name: Words) -> [Words] {
        guard let report else { return [] }
        var out: [Words] = []
        if report.isHeadless {
            out.append(
                Words(
                    "The head of the \(name.en) is damaged: none of it can be read.", "\(name.zh)文件头已损坏，全部内容无法读取。"))
        }
        if report.isLogHeadless {
            out.append(
                Words("The head of the log of the \(name.en) is damaged.", "\(name.zh)的写入日志文件头已损坏。"))
        }
        out += report.damaged.prefix(Self.namedMax).map { damage in
            if damage.isInLog {
                return Words(
                    "Frame \(damage.page) of the log of the \(name.en) is damaged.",
                    "\(name.zh)写入日志的第 \(damage.page) 帧已损坏。")
            }
            let holds = damage.holds.map { Words($0, $0) } ?? Words("its use cannot be read", "用途无法读取")
            return Words(
                "Page \(damage.page) of the \(name.en) is damaged (\(holds.en)).",
                "\(name.zh)第 \(damage.page) 页已损坏（\(holds.zh)）。")
        }
        let more = report.damaged.count - Self.namedMax
        return more > 0 ? out + [Words("… and \(more) more.", "……另有 \(more) 处。")] : out
    }

    private var journalSentences: [Words] {
        guard !journal.isSound else { return [] }
        return [
            Words(
                "The journal of unsent change sets is damaged; the database has them as long as it is whole.",
                "未发送变更集的日志已损坏；只要数据库完好，这些变更集仍在。")
        ]
    }

    private var advice: Words {
        if isSound {
            return isRebuilt
                ? Words("Everything was computed anew and agrees.", "已全部重新计算，核对一致。")
                : Words("Nothing is damaged.", "未发现损坏。")
        }
        if !needsSalvage, journal.isSound, files.isEmpty, attachments.damaged.isEmpty {
            return Words(
                "Repair it from the node with: field verify; or compute it anew: field doctor --rebuild",
                "请用 field verify 从节点修复，或用 field doctor --rebuild 重新计算。")
        }
        let left = Words(
            "\(unsent) unsent change sets can be saved, \(gone) cannot.", "可抢救 \(unsent) 个未发送的变更集，\(gone) 个无法抢救。")
        return Words(
            "\(left.en) Copy nothing back and delete nothing. Now: field doctor --salvage",
            "\(left.zh)请勿删除或覆盖任何文件。下一步：field doctor --salvage")
    }
}
