import SyncCore

extension Catalogue {
    /// Scope: its site.
    package static let asset = EntityDeclaration(
        EntityTag.asset, "asset", prefix: "AS", label: Words("Asset", "资产"),
        fields: [
            FieldDeclaration(3, "number", label: Words("Number", "编号"), setOnce: true),
            FieldDeclaration(4, "serial", .review, label: Words("Serial number", "序列号")),
            FieldDeclaration(5, "model", .review, .reference(EntityTag.product), label: Words("Model", "型号")),
            FieldDeclaration(6, "site", .register, .reference(EntityTag.site), label: Words("Site", "现场")),
            FieldDeclaration(7, "custodian", label: Words("Custodian", "保管人")),
            FieldDeclaration(
                8, "parent", .register, .reference(EntityTag.asset), label: Words("Part of", "所属设备"), derived: true),
            FieldDeclaration(
                9, "condition", label: Words("Condition", "状况"), derived: true, choices: AssetCondition.choices),
            FieldDeclaration(
                10, "installed_at", .register, .instant, label: Words("Installed at", "安装时间"), derived: true),
            FieldDeclaration(
                11, "installed_by", .register, .reference(EntityTag.user), label: Words("Installed by", "安装人"),
                derived: true),
            FieldDeclaration(12, "sale_date", .review, .date, label: Words("Sale date", "销售日期")),
            FieldDeclaration(13, "invoice_no", .review, label: Words("Invoice number", "发票号")),
            FieldDeclaration(14, "firmware", label: Words("Firmware", "固件版本")),
            FieldDeclaration(15, "tags", .set, label: Words("Tags", "标签")),
            FieldDeclaration(16, "notes", .log, label: Words("Notes", "备注")),
            FieldDeclaration(17, "cycles", .counter, .integer, label: Words("Cycles", "循环次数")),
        ])

    /// Scope: that of its asset.
    package static let assetEvent = EntityDeclaration(
        EntityTag.assetEvent, "asset_event", neverEdited: true, label: Words("Asset event", "资产事件"),
        fields: [
            FieldDeclaration(
                3, "asset", .register, .reference(EntityTag.asset), label: Words("Asset", "资产"), setOnce: true,
                required: true),
            FieldDeclaration(
                4, "kind", label: Words("Kind", "事件"), setOnce: true, required: true, choices: AssetEventKind.choices),
            FieldDeclaration(5, "occurred_at", .register, .instant, label: Words("Occurred at", "发生时间"), setOnce: true),
            FieldDeclaration(6, "outcome", label: Words("Outcome", "结果"), setOnce: true),
            FieldDeclaration(7, "text", label: Words("Text", "说明"), setOnce: true),
            FieldDeclaration(
                8, "after", .set, .reference(EntityTag.assetEvent), label: Words("After", "先前事件")),
            FieldDeclaration(
                9, "other", .register, .reference(EntityTag.asset), label: Words("Other asset", "相关资产"), setOnce: true),
        ])
}
