package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// Own change sets that a node refused, to be amended or discarded.
    package func rejected() throws -> Report {
        try store.read { access in
            let sets = try access.rejected()
            let names = RecordNames(access)
            let items = try sets.map { try json($0, names) }
            let none = [Words("Nothing was rejected.", "没有被拒绝的修改。")]
            let lines = try sets.flatMap { try text($0, names) }
            return .list(items, remarks: sets.isEmpty ? none : []) { _ in lines }
        }
    }

    func json(_ rejected: RejectedView, _ names: RecordNames) throws -> JSONValue {
        let changes = rejected.set.changes
        let first = changes.first
        let members: [(String, JSONValue)] = [
            ("id", .string(rejected.name)), ("record", first.map { .string($0.record.description) } ?? .null),
            ("number", try first.flatMap { try names.number(of: $0.record) }.map(JSONValue.string) ?? .null),
            ("code", .string(rejected.reason.code)), ("message", .string(rejected.words[language])),
            ("at", Moments.json(rejected.at)), ("changes", first.map(rejected.json(of:)) ?? .object([])),
        ]
        if changes.count < 2 { return .object(members) }
        let records = changes.map { change in
            JSONValue.object([
                ("type", .string(Catalogue.entity(change.type)?.name ?? "type-\(change.type)")),
                ("record", .string(change.record.description)), ("changes", rejected.json(of: change)),
            ])
        }
        return .object(members + [("records", .array(records))])
    }

    private func text(_ rejected: RejectedView, _ names: RecordNames) throws -> [String] {
        var lines = ["\(rejected.name)  \(Moments.text(rejected.at))  \(rejected.words[language])"]
        for change in rejected.set.changes {
            let name = try names.name(of: change.record)
            for (field, value) in rejected.values(of: change) {
                let shown = try value.map { try names.text($0, of: field, language) } ?? "–"
                lines.append("  \(name)  \(field.label[language]): \(shown)")
            }
        }
        lines += try proposals(rejected, names)
        return lines + ["  \(program) amend \(rejected.name) KEY=VALUE", "  \(program) discard \(rejected.name)"]
    }
}

extension VerbContext {
    /// What a person may not write he may propose, where the record is.
    private func proposals(_ rejected: RejectedView, _ names: RecordNames) throws -> [String] {
        guard rejected.reason.code == Refusal.Code.forbidden.rawValue else { return [] }
        return try rejected.set.changes.filter { $0.write?.creates == false }.flatMap { change in
            let name = try names.name(of: change.record)
            return rejected.values(of: change).map { field, value in
                let edit: Edit = value.map(Edit.put) ?? .clear
                return "  \(program) propose \(name) \(edit.argument(field)) --reason TEXT"
            }
        }
    }
}

extension RejectedView {
    /// What `amend` and `discard` take.
    var name: String { String(rowid) }
    var words: Words { Words(reason.messageEN, reason.messageZH) }

    func json(of change: Change) -> JSONValue {
        .object(values(of: change).map { ($0.field.name, $0.value?.json ?? .null) })
    }
}

package struct Rejected<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "rejected", abstract: "List your changes that a node refused (被拒绝).",
            discussion: """
                They are kept here until you amend or discard them; nobody else sees them.

                Example: \(program) rejected
                """)
    }

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.rejected() }
}
