/// Sentences for people, in both languages.
package enum Messages {
    /// After every write.
    package static let savedHere = Words("saved on this device, not sent yet", "已存本机，未发送")
    /// Whose record this replica does not hold.
    package static let colleague = Words("a colleague", "同事")

    /// - Parameter since: when the oldest of those on the way was written, as in `08:55`; nil where it is not known.
    package static func receipts(made: Int, atBranch: Int, atHQ: Int, since: String?) -> Words {
        func mark(_ count: Int) -> String { count == made ? "\(count) ✔" : "\(count)" }
        let onTheWay = made - min(atBranch, atHQ)
        let english = onTheWay == 0 ? "" : ", \(onTheWay) on the way" + (since.map { " since \($0)" } ?? "")
        let chinese = onTheWay == 0 ? "" : "，\(onTheWay) 条在途" + (since.map { "（自 \($0) 起）" } ?? "")
        return Words(
            "\(made) \(made == 1 ? "record" : "records") from this device: branch has \(mark(atBranch)), "
                + "HQ has \(mark(atHQ))\(english).",
            "本机 \(made) 条：分公司已收 \(mark(atBranch))，总部已收 \(mark(atHQ))\(chinese)。")
    }

    /// - Parameter offsetMilliseconds: what the device's clock was ahead by; negative: behind.
    package static func clock(offsetMilliseconds: Int64, records: Int) -> Words {
        let isFast = offsetMilliseconds > 0
        let amount = duration(offsetMilliseconds.magnitude)
        return Words(
            "Your device clock was \(amount.en) \(isFast ? "fast" : "slow"). Times on \(records) "
                + "\(records == 1 ? "record is" : "records are") shown with ⏱ and were placed in order by sync, "
                + "not by your clock.",
            "本机时间\(isFast ? "快" : "慢") \(amount.zh)。\(records) 条记录的时间带有 ⏱，顺序由同步决定，不按本机时钟。")
    }

    /// - Parameter fields: the labels of what was edited.
    package static func deletedButEdited(record: String, editor: String?, fields: [Words]) -> Words {
        Words(
            "\(record) was deleted, but \(editor ?? "a colleague") edited \(fields.map(\.en).joined(separator: ", ")) "
                + "without having seen that. Nothing is lost: decide whether it stays deleted.",
            "\(record) 已被删除，但\(editor ?? "同事")在不知情时修改了\(fields.map(\.zh).joined(separator: "、"))。"
                + "内容没有丢失：请决定是否仍然删除。")
    }

    /// In the largest unit of which there are two or more.
    private static func duration(_ milliseconds: UInt64) -> Words {
        let units: [(UInt64, String, String)] = [
            (86_400_000, "days", "天"), (3_600_000, "hours", "小时"), (60_000, "minutes", "分钟"),
        ]
        let (size, english, chinese) = units.first { milliseconds >= 2 * $0.0 } ?? (1000, "seconds", "秒")
        return Words("\(milliseconds / size) \(english)", "\(milliseconds / size) \(chinese)")
    }
}
