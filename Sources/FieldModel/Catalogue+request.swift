import SyncCore

extension Catalogue {
    /// Scope: its site; where none is known, that of its asset or its account.
    package static let request = EntityDeclaration(
        EntityTag.request, "request", prefix: "SR", label: Words("Service request", "服务请求"),
        fields: [
            FieldDeclaration(3, "number", label: Words("Number", "编号"), setOnce: true),
            FieldDeclaration(4, "account", .register, .reference(EntityTag.account), label: Words("Account", "客户")),
            FieldDeclaration(5, "site", .register, .reference(EntityTag.site), label: Words("Site", "现场")),
            FieldDeclaration(6, "asset", .register, .reference(EntityTag.asset), label: Words("Asset", "资产")),
            FieldDeclaration(
                7, "channel", label: Words("Channel", "渠道"), setOnce: true, suggestions: Choices.channel),
            FieldDeclaration(8, "reported_at", .register, .instant, label: Words("Reported at", "报修时间"), setOnce: true),
            FieldDeclaration(9, "category", label: Words("Category", "类别"), choices: Choices.requestCategory),
            FieldDeclaration(10, "type", label: Words("Type", "类型"), suggestions: Choices.requestType),
            FieldDeclaration(11, "severity", .ranked, label: Words("Severity", "严重程度"), choices: Choices.severity),
            FieldDeclaration(12, "description", label: Words("Description", "描述")),
            FieldDeclaration(13, "notes", .log, label: Words("Notes", "备注")),
            FieldDeclaration(
                14, "status", label: Words("Status", "状态"), derived: true, choices: RequestStatus.choices),
            FieldDeclaration(15, "result_code", label: Words("Result code", "结果代码")),
            FieldDeclaration(
                16, "customer_informed_at", .register, .instant, label: Words("Customer informed at", "告知客户时间")),
        ])
}
