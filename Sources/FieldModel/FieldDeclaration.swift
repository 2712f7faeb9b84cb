package import SyncCore

/// One field of an entity type. `tag` is permanent: never given to another field, never changed.
package struct FieldDeclaration: Sendable {
    package let tag: FieldTag
    /// snake_case, as scripts and columns use it.
    package let name: String
    package let kind: FieldKind
    package let type: ValueType
    /// A second value is refused from an author who had seen the first.
    package let setOnce: Bool
    /// Computed by every replica from what it holds; never written, never transmitted.
    package let derived: Bool
    /// A record cannot be created without it, because nothing could be derived from such a record.
    package let required: Bool
    /// The only words that the field may hold, in order; for a ranked field from low to high.
    package let choices: [Choice]?
    /// What it tells about a natural person; nil: nothing.
    package let personal: PersonalKind?
    /// Words to offer in a field that takes any.
    package let suggestions: [Choice]
    package let label: Words

    package init(
        _ tag: FieldTag, _ name: String, _ kind: FieldKind = .register, _ type: ValueType = .text, label: Words,
        setOnce: Bool = false, derived: Bool = false, required: Bool = false, choices: [Choice]? = nil,
        suggestions: [Choice] = [], personal: PersonalKind? = nil
    ) {
        self.tag = tag
        self.name = name
        self.kind = kind
        self.type = type
        self.setOnce = setOnce
        self.derived = derived
        self.required = required
        self.choices = choices
        self.suggestions = suggestions
        self.personal = personal
        self.label = label
    }

    /// The place of a value in the declared order of a ranked field, 0 lowest; nil for a value outside it.
    package func rank(of value: Value) -> Int? {
        guard case .text(let word) = value else { return nil }
        return choices?.firstIndex { $0.word == word }
    }

    /// The choice or suggestion that a person who typed `text` meant.
    package func choice(matching text: String) -> Choice? {
        (choices ?? suggestions).first { $0.matches(text) }
    }
}
