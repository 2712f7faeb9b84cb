/// A text that its field cannot hold: what was expected there, and one that would do.
package struct ValueError: Error, Hashable, Sendable {
    package enum Problem: String, Sendable, CaseIterable {
        case empty, malformed
        case outOfRange = "out_of_range"
        case tooLong = "too_long"
        case controlCharacter = "control_character"
        case zoneMissing = "zone_missing"
        case unknownWord = "unknown_word"
    }

    package let problem: Problem
    package let expected: Words
    /// A text that the field would hold.
    package let example: String

    package init(_ problem: Problem, expected: Words, example: String) {
        self.problem = problem
        self.expected = expected
        self.example = example
    }

    package var message: Words {
        Words(
            "\(problem.label.en): expected \(expected.en), such as \(example)",
            "\(problem.label.zh)：应为\(expected.zh)，例如 \(example)")
    }
}

extension ValueError.Problem {
    package var label: Words {
        switch self {
        case .empty: Words("nothing was given", "内容为空")
        case .malformed: Words("this cannot be read", "无法识别")
        case .outOfRange: Words("this is out of range", "超出范围")
        case .tooLong: Words("this is too long", "内容过长")
        case .controlCharacter: Words("this holds a control character", "含有控制字符")
        case .zoneMissing: Words("the time zone is missing", "缺少时区")
        case .unknownWord: Words("this word is not in the list", "不在可选范围内")
        }
    }
}
