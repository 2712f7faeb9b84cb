/// The roles of a person, or those that may do something.
package struct RoleSet: OptionSet, Sendable, Hashable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package init(_ roles: some Sequence<Role>) {
        rawValue = roles.reduce(0) { $0 | Self.bit($1) }
    }

    /// From the elements of a user's `roles`; a word that this version does not know grants nothing.
    package init(words: some Sequence<String>) { self.init(words.compactMap(Role.init)) }

    package func contains(_ role: Role) -> Bool { rawValue & Self.bit(role) != 0 }

    /// Never stored: only the words of the roles are.
    private static func bit(_ role: Role) -> UInt32 { positions[role]! }
    private static let positions = Dictionary(
        uniqueKeysWithValues: Role.allCases.enumerated().map { ($1, UInt32(1) << $0) })
}
