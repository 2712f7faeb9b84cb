package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore
import SyncWire

extension VerbContext {
    /// Writes a refused set again with other values: its dots are named as overwritten, so that it has no second effect
    /// where it turns out accepted (sync-model §6).
    package func amend(_ name: String, _ arguments: [String]) throws -> Report {
        let parsed = try FieldArgument.parse(arguments)
        guard !parsed.isEmpty else { throw VerbFailure(.usage, Words("There is nothing to amend.", "没有要修正的内容。")) }
        let drafts = try store.write { access in
            let rejected = try refused(name, access)
            try demandRecords(of: rejected, access)
            var drafts = try rejected.set.changes.compactMap { try again($0, access) }
            if drafts.isEmpty { throw VerbFailure(.upgradeRequired) }
            for (place, arguments) in Dictionary(grouping: parsed, by: { Self.place(of: $0.key, in: drafts) }) {
                let draft = drafts[place]
                let edits = FieldEdits(entity: draft.entity, creating: draft.creates, access: access)
                drafts[place].replace(try edits.edits(arguments))
            }
            try commit(drafts, access)
            try access.settle(rejected.rowid)
            return drafts
        }
        return written(drafts[0], doing: Words("amended", "已修正"))
    }

    /// The record of a set that an argument is meant for: the first of which the set writes that field, else the first
    /// that has it.
    private static func place(of key: String, in drafts: [RecordDraft]) -> Int {
        drafts.firstIndex { $0.edits(key) && $0.entity.field(named: key) != nil }
            ?? drafts.firstIndex { $0.entity.field(named: key) != nil } ?? 0
    }

    /// What was written on a refused creation waits until that one is there.
    private func demandRecords(of rejected: RejectedView, _ access: ReadAccess) throws {
        let created = Set(rejected.set.changes.filter { $0.write?.creates == true }.map(\.record))
        for change in rejected.set.changes where !created.contains(change.record) {
            if try access.record(change.record, type: change.type) != nil { continue }
            let creation = try access.rejected().first { other in
                other.set.changes.contains { $0.record == change.record && $0.write?.creates == true }
            }
            let name = try RecordNames(access).name(of: change.record)
            throw VerbFailure(
                .constraint,
                creation.map {
                    Words(
                        "\(name) is not here: that it was made was rejected too (rejected \($0.name)). Amend that first.",
                        "\(name) 不在此处：它的新建也被拒绝（被拒绝 \($0.name)）。请先修正该条。")
                }
                    ?? Words(
                        "\(name) is not here: that it was made was rejected and given up.", "\(name) 不在此处：它的新建被拒绝并已放弃。"),
                hint: creation.map {
                    Words("\(program) amend \($0.name) KEY=VALUE", "\(program) amend \($0.name) KEY=VALUE")
                } ?? Words("Give it up: \(program) discard \(rejected.name)", "请放弃：\(program) discard \(rejected.name)")
            )
        }
    }

    /// An own refused set that is not settled yet.
    func refused(_ name: String, _ access: ReadAccess) throws -> RejectedView {
        let all = try access.rejected()
        if let found = all.first(where: { $0.name == name }) { return found }
        throw VerbFailure(
            .notFound, Words("There is no rejected change \"\(name)\".", "没有被拒绝的修改“\(name)”。"),
            hint: Words("rejected lists them.", "可用 rejected 查看。"),
            details: .object([("candidates", .array(all.map { .string($0.name) }))]))
    }

    /// The same writes once more; nil for a type that this version does not know.
    private func again(_ change: Change, _ access: ReadAccess) throws -> RecordDraft? {
        guard let write = change.write, let entity = Catalogue.entity(change.type) else { return nil }
        let seen = try access.record(change.record, type: change.type)
        var draft = RecordDraft(entity, change.record, seen: seen, edits: [])
        draft.creates = seen == nil && write.creates
        for field in write.fields {
            // A removal names what it takes away; a value is written over what is shown now.
            draft.amends[field.tag] = field.value == nil ? [write.dot] + field.overwrites : [write.dot]
            // The scope follows from the fields, which may be amended.
            if let value = field.value, field.tag != .scope {
                draft.edits.append(FieldEdit(tag: field.tag, edit: .put(value)))
            }
        }
        return draft
    }
}

extension RecordDraft {
    /// Other values for fields of the draft, in place of those that it had.
    fileprivate mutating func replace(_ amended: [FieldEdit]) {
        let tags = Set(amended.map(\.tag))
        edits.removeAll { tags.contains($0.tag) }
        edits += amended
    }
}

package struct Amend<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "amend", abstract: "Mend a rejected change and send it again (修正).",
            discussion: """
                Fields that are not named stay as you had written them.

                Example: \(program) amend 17 quantity=2
                """)
    }

    @Argument(help: "The id that `rejected` prints.")
    package var id: String

    @Argument(help: "KEY=VALUE to write instead.")
    package var fields: [String] = []

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.amend(id, fields) }
}
