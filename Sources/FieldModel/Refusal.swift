/// Why a write is refused, in a sentence that the person who wrote it understands.
package struct Refusal: Sendable, Hashable {
    package enum Code: String, Sendable, CaseIterable {
        case unknownType = "unknown_type"
        case unknownField = "unknown_field"
        case unknownChoice = "unknown_choice"
        case wrongType = "wrong_type"
        case wrongReference = "wrong_reference"
        case selfReference = "self_reference"
        case outOfRange = "out_of_range"
        case missing
        case derived
        case setOnce = "set_once"
        case neverEdited = "never_edited"
        case forbidden = "field_forbidden"
        case notOwn = "not_own"
        case unsealed
        case outsideScope = "scope_denied"
    }

    /// The field's name; nil when it is about the whole record.
    package let field: String?
    package let code: Code
    package let words: Words

    package init(field: String?, code: Code, words: Words) {
        self.field = field
        self.code = code
        self.words = words
    }

    /// About what the person may do, not about what was written.
    package var isPermission: Bool { code == .forbidden || code == .notOwn }
}
