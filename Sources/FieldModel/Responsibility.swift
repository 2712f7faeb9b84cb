/// Whose decision something is, and until when: so that it is nobody's to pass on.
package struct Responsibility: Sendable, Hashable {
    package let owner: Role
    /// How long it may wait from when it was found: milliseconds.
    package let term: Int64

    /// - Parameter since: when it was found: milliseconds since 1970 UTC.
    package func due(since: Int64) -> Int64 { since + term }

    /// Whether it is for somebody with these roles to decide: the owner's, and once it is overdue the branch manager's.
    package func concerns(_ roles: RoleSet, since: Int64, now: Int64) -> Bool {
        roles.contains(owner) || (now > due(since: since) && roles.contains(.branchManager))
    }
}
