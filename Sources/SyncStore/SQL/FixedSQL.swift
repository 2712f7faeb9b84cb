import Synchronization

/// A statement that is written down once and used often: by its number a transaction finds it prepared, without looking at
/// its text.
struct FixedSQL: Sendable {
    let number: Int
    let text: String

    private static let last = Atomic(-1)

    init(_ text: String) {
        self.text = text
        number = Self.last.add(1, ordering: .relaxed).newValue
    }
}
