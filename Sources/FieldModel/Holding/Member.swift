package import SyncCore

/// Where a person belongs, or where whoever made a record does.
package enum Home: Hashable, Sendable {
    case headquarters
    case branch(RecordID)
    /// His record is not held here.
    case unknown

    package var branch: RecordID? { if case .branch(let id) = self { id } else { nil } }
}

/// A person as far as it decides what he and his branch hold.
package struct Member: Hashable, Sendable {
    package let id: RecordID
    package let home: Home
    package let roles: RoleSet
    /// Neither switched off nor deleted. Of whom nothing is known here is: another node looks after that.
    package let isActive: Bool

    package init(_ id: RecordID, home: Home, roles: RoleSet = [], isActive: Bool = true) {
        self.id = id
        self.home = home
        self.roles = roles
        self.isActive = isActive
    }

    /// Whether he holds every scope: somebody in an office of headquarters.
    package var holdsEverything: Bool {
        home == .headquarters && isActive && !roles.subtracting(RoleSet([.technician, .surveyor])).isEmpty
    }

    package func isIn(_ audience: Audience, of branch: RecordID) -> Bool {
        isActive && home == .branch(branch) && !roles.isDisjoint(with: audience.roles)
    }
}
