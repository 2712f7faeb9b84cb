import SyncCore

extension Catalogue {
    /// Scope: that of its subject. The bytes are not in the record: they are known by their SHA-256 and travel by
    /// themselves.
    package static let attachment = EntityDeclaration(
        EntityTag.attachment, "attachment", label: Words("Attachment", "附件"),
        fields: [
            FieldDeclaration(
                3, "subject", .register, .reference(nil), label: Words("Subject", "对象"), setOnce: true,
                required: true),
            FieldDeclaration(4, "sha256", label: Words("SHA-256", "SHA-256"), setOnce: true, required: true),
            FieldDeclaration(
                5, "size", .register, .integer, label: Words("Size in bytes", "字节数"), setOnce: true, required: true),
            FieldDeclaration(6, "media_type", label: Words("Media type", "媒体类型"), setOnce: true),
            FieldDeclaration(7, "name", label: Words("File name", "文件名"), setOnce: true),
            FieldDeclaration(8, "kind", label: Words("Kind", "种类"), setOnce: true, choices: Choices.attachmentKind),
            FieldDeclaration(9, "taken_at", .register, .instant, label: Words("Taken at", "拍摄时间"), setOnce: true),
            FieldDeclaration(10, "caption", label: Words("Caption", "说明")),
        ])
}
