package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore
import SyncWire

extension VerbContext {
    /// What this replica knows of a record's past.
    package func history(_ ref: String, field name: String?) throws -> Report {
        try store.read { access in
            let (type, id) = try Lookup.record(ref, access)
            let field = try name.map { try Self.writtenField($0, of: type) }
            guard let history = try access.history(of: id, field: field?.tag) else { throw VerbFailure(.notFound) }
            let lines = try text(history, RecordNames(access))
            let partly = Words(
                "This replica knows a part of it; --upstream asks the node.", "本机只知道一部分；可用 --upstream 向节点查询。")
            let items = history.items.map(\.json)
            return Report(
                .object([("complete", .bool(history.complete)), ("items", .array(items))]), items: items,
                remarks: history.complete ? [] : [partly]
            ) { _ in lines }
        }
    }

    /// A field that people write, or `deleted`.
    static func writtenField(_ name: String, of type: TypeTag) throws -> FieldDeclaration {
        guard let entity = Catalogue.entity(type) else { throw VerbFailure(.upgradeRequired) }
        if name == "deleted", let field = entity.field(tag: .deleted) { return field }
        return try Lookup.field(name, of: entity)
    }

    private func text(_ history: History, _ names: RecordNames) throws -> [String] {
        var table = TextTable()
        for item in history.items {
            let after = try item.after.map { try names.text($0, of: item.declaration, language) } ?? "–"
            let before = try item.before.map { try names.text($0, of: item.declaration, language) }
            table.add([
                item.current ? "*" : " ", Moments.text(item.at), item.declaration?.label[language] ?? item.field,
                before.isEmpty ? after : "\(before.joined(separator: " | ")) → \(after)",
                item.mine ? Words("you", "你")[language] : item.authorName ?? Messages.colleague[language],
                item.dot.description,
            ])
        }
        return table.lines
    }
}

extension HistoryItem {
    /// One line of a history; `before` is null where nothing was there, an array where several values were.
    var json: JSONValue {
        let before = self.before.map(\.jsonOrDeletion)
        return .object([
            ("dot", .string(dot.description)), ("field", .string(field)),
            ("before", before.count > 1 ? .array(before) : before.first ?? .null),
            ("after", after?.jsonOrDeletion ?? .null), ("author", .string(author.description)),
            ("author_name", authorName.map(JSONValue.string) ?? .null), ("replica", .string(replica.description)),
            ("at", Moments.json(at)), ("current", .bool(current)),
        ])
    }
}

extension Value {
    /// What a deleter knew is a clock; that somebody deleted is all that is shown.
    fileprivate var jsonOrDeletion: JSONValue { if case .known = self { .bool(true) } else { json } }
}

package struct RecordHistory<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "history", abstract: "Show who changed what (修改记录).",
            discussion: """
                Newest first; what is shown now is marked *. `restore` brings an earlier value back by its dot.

                Example: \(program) history WO-GZ03-K7-000214-5 --field fault_code
                """)
    }

    @Argument(help: "The record: its number, its id, or 6 or more last digits of the id.")
    package var ref: String

    @Option(help: "Only this field.")
    package var field: String?

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.history(ref, field: field) }
}
