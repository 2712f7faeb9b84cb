import SyncCore

extension Catalogue {
    /// Scope: `catalog`.
    package static let product = EntityDeclaration(
        EntityTag.product, "product", label: Words("Product", "产品"),
        fields: [
            FieldDeclaration(3, "code", label: Words("Code", "代码"), setOnce: true),
            FieldDeclaration(4, "name", label: Words("Name", "名称")),
            FieldDeclaration(5, "spec", label: Words("Specification", "规格")),
            FieldDeclaration(6, "family", label: Words("Family", "系列")),
            FieldDeclaration(7, "discontinued_on", .register, .date, label: Words("Discontinued on", "停产日期")),
            FieldDeclaration(
                8, "superseded_by", .register, .reference(EntityTag.product), label: Words("Superseded by", "替代产品")),
        ])

    /// Scope: `catalog`.
    package static let part = EntityDeclaration(
        EntityTag.part, "part", label: Words("Part", "备件"),
        fields: [
            FieldDeclaration(3, "code", label: Words("Code", "代码"), setOnce: true),
            FieldDeclaration(4, "name", label: Words("Name", "名称")),
            FieldDeclaration(5, "compatible", .set, label: Words("Compatible models", "适用型号")),
            FieldDeclaration(6, "alt_codes", .set, label: Words("Other codes", "替代代码")),
        ])
}
