import SyncCore

extension Catalogue {
    /// Scope: the account itself.
    package static let account = EntityDeclaration(
        EntityTag.account, "account", prefix: "AC", label: Words("Account", "客户"),
        fields: [
            FieldDeclaration(3, "number", label: Words("Number", "编号"), setOnce: true),
            FieldDeclaration(4, "name", .review, label: Words("Name", "名称")),
            FieldDeclaration(5, "type", label: Words("Type", "类型"), choices: Choices.accountType),
            FieldDeclaration(6, "industry", label: Words("Industry", "行业")),
            FieldDeclaration(7, "segment", label: Words("Segment", "客户分类")),
            FieldDeclaration(8, "tags", .set, label: Words("Tags", "标签")),
            FieldDeclaration(9, "tax_id", .review, label: Words("Tax number", "税号")),
            FieldDeclaration(10, "steward", .register, .reference(EntityTag.user), label: Words("Steward", "负责人")),
            FieldDeclaration(11, "home_region", label: Words("Home region", "所属大区")),
            FieldDeclaration(
                12, "source_channel", label: Words("Source", "来源渠道"), setOnce: true, suggestions: Choices.source),
            FieldDeclaration(
                13, "status", label: Words("Status", "状态"), derived: true, choices: AccountStatus.choices),
            FieldDeclaration(14, "team", .set, .reference(EntityTag.user), label: Words("Team", "客户团队")),
        ])

    /// Scope: its account.
    package static let contact = EntityDeclaration(
        EntityTag.contact, "contact", label: Words("Contact", "联系人"),
        fields: [
            FieldDeclaration(
                3, "account", .register, .reference(EntityTag.account), label: Words("Account", "客户"), setOnce: true),
            FieldDeclaration(4, "name", .review, label: Words("Name", "姓名"), personal: .name),
            FieldDeclaration(5, "roles", .set, label: Words("Roles", "角色"), suggestions: Choices.contactRole),
            FieldDeclaration(6, "phones", .set, label: Words("Phones", "电话"), personal: .phone),
            FieldDeclaration(7, "emails", .set, label: Words("E-mail addresses", "电子邮箱"), personal: .email),
            FieldDeclaration(
                8, "preferred_channel", label: Words("Preferred channel", "首选联系方式"), suggestions: Choices.channel),
        ])

    /// Scope: the site itself.
    package static let site = EntityDeclaration(
        EntityTag.site, "site", label: Words("Site", "现场"),
        fields: [
            FieldDeclaration(
                3, "account", .register, .reference(EntityTag.account), label: Words("Account", "客户"), setOnce: true),
            FieldDeclaration(4, "name", .review, label: Words("Name", "名称")),
            FieldDeclaration(5, "address", .review, label: Words("Address", "地址")),
            FieldDeclaration(6, "latitude", .register, .decimal, label: Words("Latitude", "纬度")),
            FieldDeclaration(7, "longitude", .register, .decimal, label: Words("Longitude", "经度")),
            FieldDeclaration(8, "access_notes", .log, label: Words("Access notes", "进场说明")),
            FieldDeclaration(
                9, "branch", .register, .reference(EntityTag.branch), label: Words("Serving branch", "服务分公司")),
        ])
}
