package import SyncCore

extension FieldDeclaration {
    /// Reads a value of this field from a command line; a word of a closed list also in Chinese or by an alias.
    /// The parameters are those of `ValueText.parse`.
    ///
    /// - Throws: `ValueError`, or what `reference` throws.
    package func parse(
        _ text: String, defaultOffsetMinutes: Int16? = nil, reference: (String, TypeTag?) throws -> RecordID
    ) throws -> Value {
        guard let choices else {
            return try ValueText.parse(
                text, as: type, defaultOffsetMinutes: defaultOffsetMinutes, reference: reference)
        }
        guard let choice = choice(matching: text) else { throw Self.unknownWord(text, of: choices) }
        return .text(choice.word)
    }

    /// The value that `Value.printed` wrote; nil for a text that is none of this field's.
    package func value(printed text: String) -> Value? {
        try? parse(text) { id, _ in
            guard let id = RecordID(text: id) else {
                throw ValueError(.malformed, expected: Words("an id", "标识"), example: "\(RecordID(high: 0, low: 0))")
            }
            return id
        }
    }

    private static func unknownWord(_ text: String, of choices: [Choice]) -> ValueError {
        ValueError(
            text.isEmpty ? .empty : .unknownWord,
            expected: Words(
                "one of " + choices.map(\.word).joined(separator: ", "),
                "以下之一：" + choices.map { "\($0.word)（\($0.zh)）" }.joined(separator: "、")),
            example: choices[0].word)
    }
}
