package import FieldModel

/// What a verb answers, in the forms in which it can be asked for.
package struct Report {
    /// Nil: the verb printed its answer itself, line by line.
    package var json: JSONValue?
    /// Of a list, what `--jsonl` prints a line each.
    package var items: [JSONValue]?
    /// What people asked to see.
    package var text: (Language) -> [String]
    /// Sentences about it, left out by `--quiet`.
    package var remarks: [Words]
    /// What the process exits with: 0, or a number of the contract where something is left to do.
    package var exit: Int32

    package init(
        _ json: JSONValue?, items: [JSONValue]? = nil, remarks: [Words] = [], exit: Int32 = 0,
        text: @escaping (Language) -> [String] = { _ in [] }
    ) {
        self.json = json
        self.items = items
        self.remarks = remarks
        self.exit = exit
        self.text = text
    }

    /// For a verb whose answer may be longer than memory.
    package static var printed: Report { Report(nil) }

    /// `{"items":[…]}` and what else belongs to it.
    package static func list(
        _ items: [JSONValue], with members: [(String, JSONValue)] = [], remarks: [Words] = [], exit: Int32 = 0,
        text: @escaping (Language) -> [String]
    ) -> Report {
        Report(
            .object([("items", .array(items))] + members), items: items, remarks: remarks, exit: exit, text: text)
    }
}
