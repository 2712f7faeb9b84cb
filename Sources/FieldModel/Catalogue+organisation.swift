import SyncCore

extension Catalogue {
    /// A person. Scope: `org/<branch>`.
    package static let user = EntityDeclaration(
        EntityTag.user, "user", label: Words("User", "用户"),
        fields: [
            FieldDeclaration(3, "login", label: Words("Login", "登录名"), setOnce: true, required: true),
            FieldDeclaration(4, "name", label: Words("Name", "姓名")),
            FieldDeclaration(5, "roles", .set, label: Words("Roles", "角色"), choices: Role.choices),
            FieldDeclaration(6, "branch", .register, .reference(EntityTag.branch), label: Words("Branch", "分公司")),
            FieldDeclaration(7, "active", .register, .bool, label: Words("Active", "在用")),
        ])

    /// A branch of the organisation. Scope: `org`.
    package static let branch = EntityDeclaration(
        EntityTag.branch, "branch", label: Words("Branch", "分公司"),
        fields: [
            FieldDeclaration(3, "name", label: Words("Name", "名称"), setOnce: true),
            FieldDeclaration(4, "code", label: Words("Code", "代码"), setOnce: true),
            // Of HQ's own record: for the whole organisation.
            FieldDeclaration(
                5, "lease_days", .register, .integer,
                label: Words("Days without contact before a device locks", "失联锁定天数")),
        ])
}
