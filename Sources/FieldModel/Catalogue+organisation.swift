import SyncCore

extension Catalogue {
    /// A person. Scope: his own, so that his devices know his roles.
    package static let user = EntityDeclaration(
        EntityTag.user, "user", label: Words("User", "用户"),
        fields: [
            FieldDeclaration(3, "login", label: Words("Login", "登录名"), setOnce: true, required: true),
            FieldDeclaration(4, "name", label: Words("Name", "姓名"), personal: .name),
            FieldDeclaration(5, "roles", .set, label: Words("Roles", "角色"), choices: Role.choices),
            FieldDeclaration(6, "branch", .register, .reference(EntityTag.branch), label: Words("Branch", "分公司")),
            FieldDeclaration(7, "active", .register, .bool, label: Words("Active", "在用")),
        ])

    /// What was personal about somebody is gone for ever, wherever this record comes. Scope: `org`.
    package static let erasure = EntityDeclaration(
        EntityTag.erasure, "erasure", neverEdited: true, label: Words("Erasure", "个人信息删除"),
        fields: [
            FieldDeclaration(
                3, "person", .register, .reference(nil), label: Words("Person", "当事人"), setOnce: true, required: true),
            FieldDeclaration(4, "reason", label: Words("Reason", "原因"), setOnce: true, required: true),
            FieldDeclaration(
                5, "occurred_at", .register, .instant, label: Words("Occurred at", "发生时间"), setOnce: true),
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

    /// Lets a person or a branch hold a scope for a while, beyond what follows from other records. It is withdrawn by
    /// another grant that names it in `revokes`. Scope: the person's, or that of the branch's people.
    package static let grant = EntityDeclaration(
        EntityTag.grant, "grant", neverEdited: true, label: Words("Grant", "授权"),
        fields: [
            FieldDeclaration(
                3, "user", .register, .reference(EntityTag.user), label: Words("User", "用户"), setOnce: true),
            FieldDeclaration(
                4, "branch", .register, .reference(EntityTag.branch), label: Words("Branch", "分公司"), setOnce: true),
            FieldDeclaration(5, "opens", label: Words("Opened scope", "授权范围"), setOnce: true),
            FieldDeclaration(6, "from", .register, .instant, label: Words("From", "开始"), setOnce: true),
            FieldDeclaration(7, "until", .register, .instant, label: Words("Until", "截止"), setOnce: true),
            FieldDeclaration(8, "reason", label: Words("Reason", "原因"), setOnce: true),
            FieldDeclaration(
                9, "revokes", .register, .reference(EntityTag.grant), label: Words("Revokes", "撤销"), setOnce: true),
        ])
}
