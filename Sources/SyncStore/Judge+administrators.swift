import FieldModel
import SyncCore

extension Judge {
    /// HQ, which holds everybody, keeps one administrator at least: nobody takes the last one's role, account or record.
    func lastAdministrator(_ write: RecordWrite, by writer: Writer) throws -> [Refusal] {
        guard access.role == .hq, write.type == EntityTag.user, !write.isNew, case .person = writer else { return [] }
        let field = write.write.fields.first { field in
            switch Catalogue.user.field(tag: field.tag)?.name {
            case "active": field.value != .bool(true)
            case "roles": write.seen[field.tag]?.contains(.text(Role.admin.rawValue)) == true
            default: field.tag == .deleted
            }
        }
        guard let field, try access.administrators() == [write.record] else { return [] }
        let name = Catalogue.user.field(tag: field.tag)?.name
        return [Refusal(field: name, code: .forbidden, words: Messages.lastAdministrator)]
    }
}
