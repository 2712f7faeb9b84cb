import FieldModel
import SyncCore
import SyncStore
import SyncWire

extension VerbContext {
    /// Gives the drafts their scopes, refuses what may not be, and makes them one change set.
    func commit(_ drafts: [RecordDraft], _ access: WriteAccess) throws {
        var finder = ScopeFinder(access, home: home)
        let placed = try finder.placed(drafts)
        try Judgement(access: access, writer: writer(access)).demand(placed)
        let changesPeople = store.role == .hq && drafts.contains { $0.entity.tag == EntityTag.user }
        let hadAdministrator = try changesPeople && !access.administrators().isEmpty
        try access.commit(placed.map(\.localChange), author: author)
        if hadAdministrator, try access.administrators().isEmpty {
            throw VerbFailure(.fieldForbidden, Messages.lastAdministrator)
        }
    }

    /// A new record of a type, with its number where the type has one.
    func newDraft(_ entity: EntityDeclaration, _ edits: [FieldEdit], _ access: WriteAccess) throws -> RecordDraft {
        var draft = RecordDraft(entity, access.environment.newRecordID(), seen: nil, edits: edits)
        // Who notes a site first serves it, until somebody says otherwise.
        if entity.tag == EntityTag.site, !draft.edits("branch") { draft.put("branch", .reference(home)) }
        guard let prefix = entity.prefix, !draft.edits("number") else { return draft }
        guard let number = try access.nextNumber(prefix: prefix, branchCode: branchCode, deviceCode: deviceCode) else {
            throw VerbFailure(
                .constraint, Words("This device has used up its numbers.", "本机的编号已用完。"),
                hint: Words("Enrol it again to get a new code.", "请重新注册以获得新的设备代码。"))
        }
        draft.put("number", .text(number.text))
        return draft
    }

    /// An existing record, as the writer sees it.
    func existing(_ ref: String, type: TypeTag? = nil, _ access: ReadAccess) throws -> RecordDraft {
        let (type, id) = try Lookup.record(ref, type: type, access)
        guard let entity = Catalogue.entity(type), let seen = try access.record(id, type: type) else {
            throw VerbFailure(.upgradeRequired)
        }
        return RecordDraft(entity, id, seen: seen, edits: [])
    }

    /// What every write answers.
    func written(_ draft: RecordDraft, doing verb: Words? = nil) -> Report {
        let number: String? = if case .text(let text)? = draft.value("number") { text } else { nil }
        let name = number ?? draft.seen?.record.calledName ?? RecordNames.suffix(of: draft.id)
        let what = verb.map { Words("\($0.en) \(name)", "\($0.zh) \(name)") } ?? Words(name, name)
        let saved =
            store.role.isNode ? Words("saved on this node", "已存本节点") : Messages.savedHere
        return Report(
            .object([
                ("type", .string(draft.entity.name)), ("id", .string(draft.id.description)),
                ("number", number.map(JSONValue.string) ?? .null), ("receipt", .string(ReceiptStage.local.word)),
            ]),
            remarks: [Words("\(what.en): \(saved.en)", "\(what.zh)：\(saved.zh)")],
            text: { _ in output.style.quiet ? [number ?? draft.id.description] : [] })
    }
}
