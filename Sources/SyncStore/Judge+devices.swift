import FieldModel
import SyncCore

extension Judge {
    /// Who is no administrator orders about the devices of his own branch only.
    func foreignDevice(_ write: RecordWrite, by writer: Writer) throws -> [Refusal] {
        guard write.type == EntityTag.deviceOrder, case .person(let person, let roles) = writer,
            !roles.contains(.admin), let tag = Catalogue.deviceOrder.field(named: "device")?.tag,
            case .reference(let device)? = write.write.fields.first(where: { $0.tag == tag })?.value
        else { return [] }
        let branch = try access.deviceRecord(device)?.branch
        if branch != nil, try access.person(person)?.branch == branch { return [] }
        return [Refusal(field: "device", code: .notOwn, words: Messages.deviceOfOtherBranch)]
    }
}
