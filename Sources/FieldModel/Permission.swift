package import SyncCore

/// Who writes.
package enum Writer: Sendable, Hashable {
    /// A node on its own behalf, such as an import or a rule: it has all rights.
    case node
    case person(RecordID, roles: RoleSet)
}

/// Who may write what. Reading is decided by scope.
package enum Permission {
    /// Whether one of the roles may write a field.
    ///
    /// Who may create a record may delete one of that type: a delete loses nothing, and who made a wrong one must be
    /// able to take it back. `scope` may be written by whoever may write what it follows from. False for a type or
    /// field that this version does not know: whether to wait for an upgrade is for the caller to say.
    package static func mayWrite(roles: RoleSet, type: TypeTag, field tag: FieldTag, creating: Bool) -> Bool {
        guard let entity = Catalogue.entity(type), let field = entity.field(tag: tag), let rights = rights(type) else {
            return false
        }
        if field.derived { return false }
        let allowed =
            switch (tag, creating) {
            case (.deleted, _), (.scope, true): rights.type.create
            case (.scope, false): movers(entity, rights)
            case (_, true): rights[field.name].create
            case (_, false): rights[field.name].edit
            }
        return !allowed.isDisjoint(with: roles)
    }

    /// Whether one of the roles may make records of a type at all.
    package static func mayCreate(roles: RoleSet, type: TypeTag) -> Bool {
        rights(type).map { !$0.type.create.isDisjoint(with: roles) } ?? false
    }

    /// Those who may write a field that the scope of a record follows from, in this record or in one that it follows.
    private static func movers(_ entity: EntityDeclaration, _ rights: TypeRights) -> RoleSet {
        let own = ScopeRule.sourceFields(of: entity).reduce(rights.type.edit) { $0.union(rights[$1.name].edit) }
        return ScopeRule.followedTypes(of: entity).reduce(own) { roles, type in
            guard let entity = Catalogue.entity(type), let rights = self.rights(type) else { return roles }
            return roles.union(movers(entity, rights))
        }
    }
}
