package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore
import SyncWire

extension VerbContext {
    /// The records of a type that show certain values.
    /// - Parameter unmasked: whether phone numbers and addresses of persons are shown whole.
    package func list(
        _ type: String, _ arguments: [String], since: String?, limit: Int, unmasked: Bool = false
    ) throws -> Report {
        let entity = try Lookup.entity(type)
        let parsed = try FieldArgument.parse(arguments)
        let since = try since.map(moment)
        return try store.read { access in
            let matches = try parsed.map { try match($0, entity, access) }
            let found = try access.list(entity.tag, matching: matches, since: since, limit: limit)
            return try listed(found, unmasked: unmasked, access)
        }.disclosing(unmasked ? ["list", type] + arguments : [], at: store)
    }

    private func match(_ argument: FieldArgument, _ entity: EntityDeclaration, _ access: ReadAccess) throws
        -> FieldMatch
    {
        let field = try Lookup.field(argument.key, of: entity)
        guard argument.operation == .set, !argument.text.isEmpty else {
            throw VerbFailure(.usage, Words("A list is narrowed by KEY=VALUE.", "列表用 KEY=VALUE 筛选。"))
        }
        let edits = FieldEdits(entity: entity, creating: true, access: access)
        return FieldMatch(tag: field.tag, value: try edits.value(argument.text, of: field))
    }

    /// Milliseconds since 1970 of a moment or day that somebody typed.
    func moment(_ text: String) throws -> Int64 {
        let day = try? ValueText.parse(text, as: .date) { _, _ in RecordID(high: 0, low: 0) }
        do {
            let text = day == nil ? text : text + "T00:00:00"
            let offset = LocalZone.offsetMinutes(at: now)
            let value = try ValueText.parse(text, as: .instant, defaultOffsetMinutes: offset) { _, _ in
                RecordID(high: 0, low: 0)
            }
            return Instant(value)?.milliseconds ?? 0
        } catch let error as ValueError {
            throw VerbFailure(.invalidValue, error.message)
        }
    }

    /// What `list` and `search` answer.
    func listed(_ found: Listing, unmasked: Bool, _ access: ReadAccess) throws -> Report {
        try listed(unmasked ? found.items : found.items.map(\.masked), more: found.more, access)
    }

    func listed(_ items: [ShownRecord], more: Bool, _ access: ReadAccess) throws -> Report {
        let lines = try Self.table(items, RecordNames(access), language)
        let raise = more ? [Words("There are more: raise --limit.", "还有更多：请增大 --limit。")] : []
        return .list(
            items.map { .object($0.jsonHead + [("fields", $0.jsonFields)]) }, with: [("more", .bool(more))],
            remarks: items.isEmpty ? [Words("Nothing found.", "没有找到。")] : raise
        ) { _ in lines }
    }

    /// How many fields of a record stand in a line.
    private static let columnsMax = 5

    private static func table(_ items: [ShownRecord], _ names: RecordNames, _ language: Language) throws -> [String] {
        var table = TextTable()
        for item in items {
            let fields = item.fields.filter { $0.name != "number" && $0.declaration?.kind != .log }.prefix(columnsMax)
            let values = try fields.map { try names.text($0.shown, of: $0.declaration, language) }
            table.add(
                [item.number ?? RecordNames.suffix(of: item.id), item.entity?.label[language] ?? item.typeName] + values
            )
        }
        return table.lines
    }
}

package struct List<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: "List the records of a type (列表).",
            discussion: """
                Newest first, without deleted ones. Several KEY=VALUE must all hold; a set or log must have the element.

                Example: \(program) list work_order status=assigned --since 2026-11-01
                """)
    }

    @Argument(help: "The type, such as work_order.")
    package var type: String

    @Argument(help: "KEY=VALUE that the records show, derived fields too.")
    package var fields: [String] = []

    @Option(help: "Only records made at this moment or day, or later.")
    package var since: String?

    @Option(help: "At most so many.")
    package var limit = 1000

    @Flag(help: "Phone numbers and addresses of persons whole; a node's audit tells of it.")
    package var unmasked = false

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func validate() throws { try RecordLimit.validate(limit) }

    package func report(_ context: VerbContext) throws -> Report {
        try context.list(type, fields, since: since, limit: limit, unmasked: unmasked)
    }
}

/// How many records an answer may hold.
enum RecordLimit {
    static let recordsMax = 1_000_000

    static func validate(_ limit: Int) throws {
        guard (1...recordsMax).contains(limit) else {
            throw ValidationError("--limit is a number from 1 to \(recordsMax)")
        }
    }
}
