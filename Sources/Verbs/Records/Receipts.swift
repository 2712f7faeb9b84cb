package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// How far each own change set has come.
    package func receipts(since: String?) throws -> Report {
        let since = try since.map(moment)
        return try store.read { access in
            let counts = try access.receiptCounts()
            let receipts = try access.receipts(since: since)
            let lines = try text(receipts, RecordNames(access))
            return .list(
                receipts.map(\.json),
                with: [
                    ("local", .integer(Int64(counts.local))), ("branch", .integer(Int64(counts.branch))),
                    ("hq", .integer(Int64(counts.hq))),
                ], remarks: [summary(counts, receipts)]
            ) { _ in lines }
        }
    }

    private func summary(_ counts: ReceiptCounts, _ receipts: [ReceiptView]) -> Words {
        let oldest = receipts.last { $0.stage != .hq }
        return Messages.receipts(
            made: counts.local + counts.branch + counts.hq, atBranch: counts.branch + counts.hq, atHQ: counts.hq,
            since: oldest.map { Moments.text($0.at) })
    }

    private func text(_ receipts: [ReceiptView], _ names: RecordNames) throws -> [String] {
        var table = TextTable()
        for receipt in receipts {
            let records = try receipt.records.prefix(3).map { try names.name(of: $0) }.joined(separator: ", ")
            let stage = receipt.refused ? Words("rejected", "被拒绝") : receipt.stage.label
            table.add([String(receipt.seq), Moments.text(receipt.at), stage[language], records])
        }
        return table.lines
    }
}

extension ReceiptView {
    fileprivate var json: JSONValue {
        .object([
            ("seq", .integer(Int64(clamping: seq))), ("at", Moments.json(at)),
            ("records", .array(records.map { .string($0.description) })), ("receipt", .string(stage.word)),
            ("refused", .bool(refused)),
        ])
    }
}

package struct Receipts<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "receipts", abstract: "Show where each of your changes has got to (回执).",
            discussion: """
                local: on this device only; branch: durable at the node that it was sent to; hq: durable at headquarters.

                Example: \(program) receipts --since 2026-11-22
                """)
    }

    @Option(help: "Only changes made at this moment or day, or later.")
    package var since: String?

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.receipts(since: since) }
}
