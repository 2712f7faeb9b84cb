/// The restricted parts of a scope: records that only some of those who hold the rest may see.
package enum RestrictedPart: String, Sendable, CaseIterable {
    case commercial, credit, personal, complaint, hr

    /// Those of whom one is needed, beside the root's holding.
    package var roles: RoleSet {
        switch self {
        case .commercial:
            RoleSet([.accountRep, .accountRegional, .accountHQ, .dataSteward, .branchManager, .executive, .auditor])
        case .credit: RoleSet([.accountRep, .accountRegional, .accountHQ, .executive, .auditor])
        case .personal: RoleSet([.accountRep, .accountRegional, .accountHQ, .marketingManager, .executive])
        case .complaint:
            RoleSet([
                .supervisor, .branchManager, .accountRegional, .accountHQ, .executive, .supervision, .auditor,
            ])
        case .hr: RoleSet([.supervisor, .branchManager, .accountHQ, .executive, .supervision, .auditor])
        }
    }

    /// Whether somebody with these roles may see a part. One that this version does not know is nobody's.
    package static func isOpen(_ part: String, to roles: RoleSet) -> Bool {
        RestrictedPart(rawValue: part).map { !$0.roles.isDisjoint(with: roles) } ?? false
    }

    /// Whether a part goes with its root for whoever holds that for this reason. A branch has it for those of its people
    /// who may see it, but not where it is only a guest.
    /// - Parameter roles: of a person; nil: the holder is a branch.
    package static func follows(_ part: String, _ reason: HoldingReason, roles: RoleSet?) -> Bool {
        switch reason {
        case .own, .role, .serves, .made, .steward, .team: roles.map { isOpen(part, to: $0) } ?? true
        case .member, .van, .assigned, .visit, .grant: false
        }
    }
}
