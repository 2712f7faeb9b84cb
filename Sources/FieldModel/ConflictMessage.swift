/// The sentence in which a person reads that a field was written concurrently.
package struct ConflictMessage: Sendable {
    /// One of the values, as a person should see it.
    package struct Version: Sendable {
        package let value: String
        package let isMine: Bool
        /// The author's name; nil where it is not known here.
        package let author: String?
        /// When it was written, such as `Tue 09:10`.
        package let time: Words

        package init(value: String, isMine: Bool, author: String?, time: Words) {
            self.value = value
            self.isMine = isMine
            self.author = author
            self.time = time
        }
    }

    /// Why one of the values is shown until somebody decides.
    package enum Preference: Sendable {
        case later
        /// Of a ranked field, such as severity.
        case higher
    }

    let field: Words
    let entity: Words
    /// The record's readable number or name; nil where it has neither.
    let record: String?
    let versions: [Version]
    let shown: String
    let preference: Preference

    /// - Parameters:
    ///   - versions: in the order in which they were written.
    ///   - shown: the value that is shown for now.
    package init(
        field: Words, entity: Words, record: String?, versions: [Version], shown: String, preference: Preference
    ) {
        self.field = field
        self.entity = entity
        self.record = record
        self.versions = versions
        self.shown = shown
        self.preference = preference
    }

    package var words: Words { Words(english, chinese) }

    private var english: String {
        let written = mineFirst.map { "\(Self.english($0)) wrote \($0.value) (\($0.time.en))" }.joined(separator: ". ")
        let kept = versions.count == 2 ? "Both" : "All \(versions.count)"
        let reason = preference == .later ? "later" : "higher"
        let name = record.map { " \($0)" } ?? ""
        return "\(field.en) of the \(entity.en.lowercased())\(name): \(written)."
            + " \(kept) are kept; \(shown) is shown for now because it is \(reason)."
    }

    private var chinese: String {
        let written = mineFirst.map { "\(Self.chinese($0))填写了 \($0.value)（\($0.time.zh)）" }.joined(separator: "；")
        let kept = versions.count == 2 ? "两个" : "\(versions.count) 个"
        let reason = preference == .later ? "较晚" : "级别较高"
        let name = record.map { " \($0) " } ?? ""
        return "\(entity.zh)\(name)的\(field.zh)：\(written)。\(kept)都已保留，暂按\(reason)的 \(shown) 显示。"
    }

    private var mineFirst: [Version] { versions.filter(\.isMine) + versions.filter { !$0.isMine } }

    private static func english(_ version: Version) -> String {
        version.isMine ? "you" : version.author ?? "A colleague"
    }

    private static func chinese(_ version: Version) -> String {
        version.isMine ? "你" : version.author ?? "同事"
    }
}
