package import ArgumentParser
import FieldModel
import Foundation
import SyncCore
import SyncStore
import SyncWire

/// Both programs keep heads of nodes' audits.
package struct AuditHeads<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "heads", abstract: "Show the signed ends of nodes' audits that are kept here (审计头).",
            discussion: """
                With --out they are written into a file, which whoever checks a node's audit gives to `fieldsyncd audit verify \
                --heads FILE`.

                Example: \(program) audit heads --out heads.audit
                """)
    }

    @Option(help: "Write them into this file; it must not be there yet.")
    package var out: String?

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.auditHeads(out: out) }
}

extension VerbContext {
    fileprivate func auditHeads(out: String?) throws -> Report {
        try store.read { access in
            let heads = try access.auditHeads() + access.auditAlarms().map(KeptAuditHead.init)
            if let out { try write(heads, to: out) }
            let names = RecordNames(access)
            let items: [JSONValue] = try heads.map { head in
                .object([
                    ("node", .string(head.node.description)), ("node_name", .string(try names.name(of: head.node))),
                    ("epoch", .string(Hex.digits(head.epoch))), ("n", .integer(head.n)), ("at", Moments.json(head.at)),
                    ("chain", .string(Hex.digits(head.chain))),
                ])
            }
            return .list(items) { _ in
                var table = TextTable()
                for item in items {
                    table.add(["node_name", "n", "at", "epoch", "chain"].map { item[$0]?.shown ?? "–" })
                }
                return table.lines
            }
        }
    }

    private func write(_ heads: [KeptAuditHead], to file: String) throws {
        let path = URL(filePath: file, relativeTo: directory).path
        let bytes = AuditHeadFile.bytes(try heads.map { try WireSignedAuditHead(bounded: $0.bytes) })
        do { try Data(bytes).write(to: URL(filePath: path), options: .withoutOverwriting) } catch {
            throw VerbFailure(.ioError, Words("\(path) cannot be written.", "无法写入 \(path)。"))
        }
    }
}
