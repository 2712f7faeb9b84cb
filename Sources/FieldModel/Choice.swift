/// One of the words that a field may hold: `word` is stored and printed in JSON, the labels are for people.
package struct Choice: Sendable, Hashable {
    package let word: String
    package let en: String
    package let zh: String
    /// Other spellings that the command line and imports take for this word.
    package let aliases: [String]

    package init(_ word: String, _ en: String, _ zh: String, aliases: [String] = []) {
        self.word = word
        self.en = en
        self.zh = zh
        self.aliases = aliases
    }

    package var label: Words { Words(en, zh) }

    /// Whether a person who typed `text` meant this word.
    package func matches(_ text: String) -> Bool { word == text || zh == text || aliases.contains(text) }
}
