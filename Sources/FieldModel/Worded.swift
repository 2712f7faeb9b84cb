/// A closed vocabulary whose raw values are the words that fields hold.
package protocol Worded: RawRepresentable<String>, CaseIterable, Sendable {
    var label: Words { get }
}

extension Worded {
    /// All words in their order, as a field declares them.
    package static var choices: [Choice] { allCases.map { Choice($0.rawValue, $0.label.en, $0.label.zh) } }
}
