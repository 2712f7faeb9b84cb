package import SyncCore

/// What a write would give to somebody: its author must hold it himself.
package enum HoldingDemand: Hashable, Sendable {
    case scope(String)
    /// The scope in which a record is filed.
    case scopeOf(RecordID)
    case everything
    /// What a record speaks about: its author must hold it, or have held it within the lease.
    case subject(RecordID)
}

extension HoldingRule {
    /// A site gives its branch the account, a branch its person what is the office's, a grant what it opens.
    package static func demands(of write: RecordWrite) -> [HoldingDemand] {
        switch write.type {
        case EntityTag.site: roots(write, "account", Scope.Root.account)
        case EntityTag.user: home(write)
        case EntityTag.grant:
            roots(write, "user", Scope.Root.user) + roots(write, "branch", Scope.Root.orgBranch) + opened(write)
        // Of everybody, and of what concerns everybody, headquarters decides.
        case EntityTag.branch: [.everything]
        default: subjects(write)
        }
    }

    /// What a record is filed with is changed by it: a visit, an event, a note.
    private static func subjects(_ write: RecordWrite) -> [HoldingDemand] {
        guard let entity = Catalogue.entity(write.type) else { return [] }
        return ScopeRule.sourceFields(of: entity).flatMap { write.references($0.name) }.map { .subject($0) }
    }

    private static func roots(
        _ write: RecordWrite, _ field: String, _ root: (RecordID) -> Scope.Root
    ) -> [HoldingDemand] {
        write.references(field).map { .scope(Scope(root($0)).description) }
    }

    /// Who belongs to no branch belongs to headquarters.
    private static func home(_ write: RecordWrite) -> [HoldingDemand] {
        let named = roots(write, "branch", Scope.Root.orgBranch)
        return named.isEmpty && (write.write.creates || write.writes("branch")) ? [.everything] : named
    }

    private static func opened(_ write: RecordWrite) -> [HoldingDemand] {
        let opens: [HoldingDemand] = write.texts("opens").map { .scope($0) }
        return opens + write.references("revokes").map { .scopeOf($0) }
    }
}

extension RecordWrite {
    fileprivate func writes(_ field: String) -> Bool { !values(field).isEmpty }

    func references(_ field: String) -> [RecordID] {
        values(field).compactMap { if case .reference(let id)? = $0 { id } else { nil } }
    }

    fileprivate func texts(_ field: String) -> [String] {
        values(field).compactMap { if case .text(let text)? = $0 { text } else { nil } }
    }

    /// Nil: a write of nothing.
    private func values(_ name: String) -> [Value?] {
        guard let tag = Catalogue.entity(type)?.field(named: name)?.tag else { return [] }
        return write.fields.filter { $0.tag == tag }.map(\.value)
    }
}
