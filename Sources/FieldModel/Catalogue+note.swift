import SyncCore

extension Catalogue {
    /// Scope: that of its subject.
    package static let note = EntityDeclaration(
        EntityTag.note, "note", neverEdited: true, label: Words("Note", "备注"),
        fields: [
            FieldDeclaration(
                3, "subject", .register, .reference(nil), label: Words("Subject", "对象"), setOnce: true,
                required: true),
            FieldDeclaration(4, "text", label: Words("Text", "内容"), setOnce: true),
            FieldDeclaration(5, "occurred_at", .register, .instant, label: Words("Occurred at", "发生时间"), setOnce: true),
        ])
}
