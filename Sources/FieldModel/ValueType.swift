package import SyncCore

/// What the values of a field are; for a set or a log, what its elements are.
package enum ValueType: Sendable, Hashable {
    case text
    case integer
    case decimal
    case bool
    case instant
    case date
    case money
    /// A record of the given type; nil: of any type.
    case reference(TypeTag?)
    /// What a deleter knew.
    case known

    /// The type of the records that a reference points at; nil: any type, or no reference.
    package var referenced: TypeTag? { if case .reference(let type) = self { type } else { nil } }

    /// Whether a value has this type; what a reference points at is for the caller to look up.
    /// A kind of value that this version does not know fits no type.
    package func holds(_ value: Value) -> Bool {
        switch (self, value) {
        case (.text, .text), (.integer, .integer), (.decimal, .decimal), (.bool, .bool), (.instant, .instant),
            (.date, .date), (.money, .money), (.reference, .reference), (.known, .known):
            true
        default: false
        }
    }
}
