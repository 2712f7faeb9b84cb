package import FieldModel
import Foundation

/// The form in which a verb answers.
package struct OutputStyle: Sendable {
    package var json = false
    package var jsonl = false
    package var language = Self.languageOfEnvironment
    package var quiet = false
    package var noColor = false

    /// Whether errors are documents too.
    package var isJSON: Bool { json || jsonl }

    /// The first of LC_ALL, LC_MESSAGES and LANG that says something, as POSIX has it.
    package static var languageOfEnvironment: Language {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        return locale?.hasPrefix("zh") == true ? .zh : .en
    }
}

extension OutputStyle {
    /// The form that arguments which could not be parsed ask for, so that the error is told in it.
    init(guessing arguments: [String]) {
        let words = Set(arguments.prefix { $0 != "--" })
        json = words.contains("--json")
        jsonl = words.contains("--jsonl")
        quiet = words.contains("--quiet")
        noColor = words.contains("--no-color")
        let named = arguments.firstIndex(of: "--lang").flatMap { index in arguments.dropFirst(index + 1).first }
        let joined = arguments.first { $0.hasPrefix("--lang=") }.map { String($0.dropFirst("--lang=".count)) }
        if let language = (named ?? joined).flatMap(Language.init(rawValue:)) { self.language = language }
    }
}
