/// Why somebody holds a scope.
package enum HoldingReason: String, Worded {
    /// It is named after him, or after the branch.
    case own
    /// His roles: the branch's own scopes, or everything for an office of headquarters.
    case role
    /// The person belongs to the branch.
    case member
    /// The person whose van it is belongs to the branch.
    case van
    /// The branch serves the site.
    case serves
    /// The branch made the account, and nobody else was named.
    case made
    case steward
    case team
    /// An order that is open or recent names him.
    case assigned
    /// He has a visit of an order that is open or recent.
    case visit
    case grant

    package var label: Words {
        switch self {
        case .own: Words("its own", "自身")
        case .role: Words("by role", "按角色")
        case .member: Words("person of the branch", "分公司人员")
        case .van: Words("van of the branch", "分公司车辆")
        case .serves: Words("served by the branch", "由分公司服务")
        case .made: Words("made by the branch", "由分公司建立")
        case .steward: Words("steward", "负责人")
        case .team: Words("account team", "客户团队")
        case .assigned: Words("assigned order", "派工")
        case .visit: Words("visit", "上门")
        case .grant: Words("grant", "授权")
        }
    }

    /// Whose people hold what their branch holds for this reason.
    package var audience: Audience? {
        switch self {
        case .serves, .made: .office
        case .member: .management
        default: nil
        }
    }
}

/// People of a branch who hold what it holds.
package enum Audience: Sendable, CaseIterable {
    /// They look after the branch's customers.
    case office
    /// They look after the branch's people.
    case management

    package var roles: RoleSet {
        switch self {
        case .office:
            RoleSet([
                .serviceRep, .dispatcher, .supervisor, .branchManager, .partsKeeper, .dataSteward, .accountRep,
                .accountRegional,
            ])
        case .management: RoleSet([.dispatcher, .supervisor, .branchManager, .admin])
        }
    }

    /// What the branch holds for these reasons, they hold too.
    package var reasons: [HoldingReason] { HoldingReason.allCases.filter { $0.audience == self } }
}
