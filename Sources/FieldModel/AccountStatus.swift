/// What an account shows: derived from what is known of it.
package enum AccountStatus: String, Worded {
    case prospect, pending, active, archived

    package var label: Words {
        switch self {
        case .prospect: Words("Prospect", "潜在")
        case .pending: Words("Pending", "待激活")
        case .active: Words("Active", "活跃")
        case .archived: Words("Archived", "已归档")
        }
    }

    /// Archived when deleted; active once it has an asset, a request or an order; pending with a site only.
    package static func derive(deleted: Bool, hasSites: Bool, hasService: Bool) -> AccountStatus {
        if deleted { return .archived }
        if hasService { return .active }
        return hasSites ? .pending : .prospect
    }
}
