/// What a personal field tells about a natural person (R-160): how it is shown to whoever need not know it whole.
package enum PersonalKind: Sendable {
    case name, phone, email
    /// Of a proposal: personal where the field that it is about is.
    case ofSubject

    /// What is shown in lists and exports; a name stays, since without it nobody could be found.
    package func masked(_ text: String) -> String {
        switch self {
        case .name, .ofSubject: return text
        case .phone:
            return text.count < 10 ? Self.hiding(text, after: 0, before: 2) : Self.hiding(text, after: 3, before: 4)
        case .email:
            guard let at = text.lastIndex(of: "@") else { return Self.hiding(text, after: 1, before: 0) }
            return Self.hiding(String(text[..<at]), after: 1, before: 0) + text[at...]
        }
    }

    private static func hiding(_ text: String, after first: Int, before last: Int) -> String {
        let hidden = text.count - first - last
        if hidden < 2 { return "***" }
        return text.prefix(first) + String(repeating: "*", count: max(hidden, 3)) + text.suffix(last)
    }
}
