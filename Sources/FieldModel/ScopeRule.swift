package import SyncCore

/// Which scope a record belongs to: it follows from the type and from what the record refers to.
package enum ScopeRule {
    /// One place to look; the first that yields a scope decides.
    private enum Place {
        case fixed(Scope.Root)
        /// The record is itself the root of a scope.
        case itself((RecordID) -> Scope.Root)
        /// The referenced record is the root of the scope.
        case root(field: String, (RecordID) -> Scope.Root)
        /// The scope of the referenced record.
        case sameAs(field: String)
        /// The branch of the writer, as the root of the scope.
        case home((RecordID) -> Scope.Root)
    }

    /// The scope of a record.
    ///
    /// - Parameters:
    ///   - reference: what the record's field of that name refers to.
    ///   - scopeOf: the scope of another record; nil when the record is not held here.
    ///   - home: the branch (or, at headquarters, the node) of the writer: where no site, account or other record
    ///     says otherwise, the record stays there.
    package static func scope(
        of entity: EntityDeclaration, id: RecordID, home: RecordID, reference: (String) -> RecordID?,
        scopeOf: (RecordID) -> String?
    ) -> String {
        for place in places(entity.tag) {
            switch place {
            case .fixed(let root): return Scope(root).description
            case .itself(let root): return Scope(root(id)).description
            case .home(let root): return Scope(root(home)).description
            case .root(let field, let root):
                if let target = reference(field) { return Scope(root(target)).description }
            case .sameAs(let field):
                if let target = reference(field), let scope = scopeOf(target) { return scope }
            }
        }
        return Scope(.branch(home)).description
    }

    /// The fields that the scope of a record of this type follows from: a write to one of them may move the record.
    package static func sourceFields(of entity: EntityDeclaration) -> [FieldDeclaration] {
        places(entity.tag).compactMap { place in
            switch place {
            case .root(let field, _), .sameAs(let field): entity.field(named: field)
            case .fixed, .itself, .home: nil
            }
        }
    }

    /// Whether all records of a type are in this scope, such as products in `catalog`.
    package static func isFixed(_ entity: EntityDeclaration, in scope: String) -> Bool {
        places(entity.tag).contains { place in
            if case .fixed(let root) = place { Scope(root).description == scope } else { false }
        }
    }

    /// The types whose records a record of this type follows from scope to scope.
    package static func followedTypes(of entity: EntityDeclaration) -> [TypeTag] {
        places(entity.tag).compactMap { place in
            guard case .sameAs(let name) = place, case .reference(let type)? = entity.field(named: name)?.type else {
                return nil
            }
            return type
        }
    }

    private static func places(_ type: TypeTag) -> [Place] {
        switch type {
        case EntityTag.product, EntityTag.part: [.fixed(.catalog)]
        case EntityTag.branch, EntityTag.deviceOrder, EntityTag.erasure: [.fixed(.org)]
        case EntityTag.user: [.itself(Scope.Root.user)]
        case EntityTag.device: [.root(field: "branch", Scope.Root.orgBranch), .home(Scope.Root.orgBranch)]
        case EntityTag.grant:
            [
                .root(field: "user", Scope.Root.user), .root(field: "branch", Scope.Root.orgBranch),
                .sameAs(field: "revokes"),
            ]
        case EntityTag.account: [.itself(Scope.Root.account)]
        case EntityTag.site: [.itself(Scope.Root.site)]
        case EntityTag.contact: [.root(field: "account", Scope.Root.account)]
        case EntityTag.asset: [.root(field: "site", Scope.Root.site)]
        case EntityTag.request:
            [
                .root(field: "site", Scope.Root.site), .sameAs(field: "asset"),
                .root(field: "account", Scope.Root.account),
            ]
        case EntityTag.workOrder:
            [.root(field: "site", Scope.Root.site), .sameAs(field: "asset"), .sameAs(field: "request")]
        case EntityTag.assetEvent: [.sameAs(field: "asset")]
        case EntityTag.workEvent, EntityTag.visit: [.sameAs(field: "order")]
        case EntityTag.partUsage: [.sameAs(field: "visit")]
        case EntityTag.note, EntityTag.attachment, EntityTag.proposal: [.sameAs(field: "subject")]
        default: []
        }
    }
}
