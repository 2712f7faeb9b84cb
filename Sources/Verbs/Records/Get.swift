package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore
import SyncWire

extension VerbContext {
    /// One record with all that it shows.
    package func get(_ ref: String) throws -> Report {
        try store.read { access in
            let (type, id) = try Lookup.record(ref, access)
            guard let view = try access.record(id, type: type) else { throw VerbFailure(.notFound) }
            let lines = try text(view, RecordNames(access))
            return Report(view.json) { _ in lines }
        }
    }

    func text(_ view: RecordView, _ names: RecordNames) throws -> [String] {
        var table = TextTable()
        let record = view.record
        table.add([record.entity?.label[language] ?? record.typeName, "\(record.calledName)  \(record.id)"])
        for field in record.fields where field.name != "number" {
            let label = field.declaration?.label[language] ?? field.name
            table.add([label, try names.text(field.shown, of: field.declaration, language)])
            for sibling in view.concurrent.first(where: { $0.field.tag == field.tag })?.siblings ?? [] {
                let value = try names.text(sibling.value, of: field.declaration, language)
                let author = sibling.authorName ?? Messages.colleague[language]
                table.add(["", "| \(value)  \(author)  \(Moments.text(sibling.at))  \(sibling.dot)"])
            }
        }
        if view.deletion != .present { table.add([Words("Deleted", "已删除")[language], "✔"]) }
        if let receipt = view.receipt { table.add([Words("Your changes", "你的修改")[language], receipt.label[language]]) }
        return table.lines
    }
}

extension RecordView {
    /// What `get` prints.
    var json: JSONValue {
        let conflicts = concurrent.map { ($0.field.name, JSONValue.array($0.siblings.map(\.jsonSibling))) }
        return .object(
            record.jsonHead + [
                ("scope", .string(scope)), ("fields", record.jsonFields), ("deleted", .bool(deletion != .present)),
                ("conflicts", .object(conflicts)), ("receipt", receipt.map { .string($0.word) } ?? .null),
            ])
    }
}

package struct Get<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "get", abstract: "Show a record (查看记录).",
            discussion: """
                Values that were written concurrently are all shown, with who wrote them.

                Example: \(program) get WO-GZ03-K7-000214-5
                """)
    }

    @Argument(help: "The record: its number, its id, or 6 or more last digits of the id.")
    package var ref: String

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.get(ref) }
}
