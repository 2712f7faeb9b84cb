package import FieldModel
package import SyncWire

/// Why a verb did not do what was asked, as the person or script who asked is told it.
package struct VerbFailure: Error, Sendable {
    /// Stable, for scripts.
    package let code: String
    package let exit: Int32
    package let message: Words
    /// What to do about it.
    package let hint: Words
    /// Whether the same command may succeed later without anything being changed in it.
    package let retryable: Bool
    package let details: JSONValue

    /// - Parameters:
    ///   - message: what happened this time; nil: the catalogue's words.
    ///   - hint: nil: the catalogue's words.
    package init(
        _ code: ErrorCode, _ message: Words? = nil, hint: Words? = nil, details: JSONValue = .object([])
    ) {
        let entry = code.entry
        self.code = code.rawValue
        exit = entry.exit
        self.message = message ?? Words(entry.meaning)
        self.hint = hint ?? Words(entry.action)
        retryable = entry.isRetryable
        self.details = details
    }

    /// The document that `--json` prints to standard error.
    package func json(_ language: Language) -> JSONValue {
        let members: [(String, JSONValue)] = [
            ("code", .string(code)), ("message", .string(message[language])), ("hint", .string(hint[language])),
            ("retryable", .bool(retryable)), ("details", details),
        ]
        return .object([("error", .object(members))])
    }

    /// The lines that people read.
    package func text(_ language: Language) -> [String] { [message[language], "  " + hint[language]] }
}

extension Words {
    package init(_ words: ErrorWords) { self.init(words.en, words.zh) }
}
