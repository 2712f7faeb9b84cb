import ArgumentParser
import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire
import Verbs

struct History: DeviceVerb {
    static let configuration = CommandConfiguration(
        abstract: "Show who changed what (修改记录).",
        discussion: """
            Newest first. Without --upstream it is what this device knows; with it, the node answers, asking headquarters \
            where needed.

            Example: field history WO-GZ03-K7-000214-5 --field fault_code --upstream
            """)

    @Argument(help: "The record: its number, its id, or 6 or more last digits of the id.")
    var ref: String

    @Option(help: "Only this field.")
    var field: String?

    @Flag(help: "Ask the node.")
    var upstream = false

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report { try context.history(ref, field: field) }

    func run() throws {
        guard upstream else { return try place.perform(self) }
        let replica = try Replica.open(place.directory)
        let record = try replica.store.read { try Lookup.record(ref, $0).id }
        let answer = try NodeHistory(replica.upstream(nil).history(of: record))
        Output(output.style).show(answer.report(field: field))
    }
}

/// A record's history as a node answers it.
struct NodeHistory {
    private let complete: Bool
    private let items: [JSONValue]

    init(_ document: [UInt8]) throws {
        let json = try JSONValue(parsing: document)
        guard case .bool(let complete)? = json["complete"], case .array(let items)? = json["items"] else {
            throw VerbFailure(.unavailable)
        }
        self.complete = complete
        self.items = items
    }

    func report(field: String?) -> Report {
        let shown = items.filter { field == nil || $0["field"] == field.map(JSONValue.string) }
        return Report(.object([("complete", .bool(complete)), ("items", .array(shown))]), items: shown) { _ in
            var table = TextTable()
            for item in shown {
                let cells = ["at", "field", "before", "after", "author_name", "dot"].map { item[$0]?.shown ?? "–" }
                table.add([item["current"] == .bool(true) ? "*" : " "] + cells)
            }
            return table.lines
        }
    }
}
