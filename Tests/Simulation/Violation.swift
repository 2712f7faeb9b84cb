/// A law that did not hold.
struct Violation: Error, CustomStringConvertible {
    let law: String
    /// What differs, where.
    let words: String

    var description: String { "\(law): \(words)" }
}

/// One law of the sync model, watched over a whole run.
protocol Law: AnyObject {
    /// Looks at a machine to which something happened just now, and which is up.
    func watch(_ machine: Machine, in world: World) throws

    /// Looks at a world that has come to rest.
    func judge(_ world: World) throws
}

extension Law {
    func watch(_ machine: Machine, in world: World) throws {}

    func judge(_ world: World) throws {}
}
