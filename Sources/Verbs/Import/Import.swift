package import ArgumentParser
import FieldModel
import Foundation
import SyncWire

extension VerbContext {
    /// Takes a CSV file in by a map.
    /// - Parameter map: nil: the file beside it that ends in `.map.json`.
    package func importFile(_ path: String, map: String?, dryRun: Bool) throws -> Report {
        let file = URL(filePath: path, relativeTo: directory)
        let beside = file.deletingPathExtension().appendingPathExtension("map.json")
        let map = try ImportMap.read((map.map { URL(filePath: $0, relativeTo: directory) } ?? beside).path)
        var rows = DelimitedText(try TextFile.read(file.path, encoding: map.encoding ?? .utf8))
        guard let header = rows.next() else {
            throw VerbFailure(.usage, Words("\(path) is empty.", "\(path) 是空文件。"))
        }
        var importer = Importer(self, try ImportPlan(map, header: header.cells), dryRun: dryRun)
        try importer.take(rows)
        return importer.outcome.report(dryRun: dryRun, language: language)
    }
}

extension ImportOutcome {
    fileprivate func report(dryRun: Bool, language: Language) -> Report {
        let json: JSONValue = .object([
            ("rows", .integer(Int64(rows))), ("imported", .integer(Int64(imported))),
            ("unchanged", .integer(Int64(unchanged))), ("refused", .integer(Int64(errors.count))),
            ("dry_run", .bool(dryRun)), ("errors", .array(errors.map { $0.json(language) })),
        ])
        let summary = Words(
            "\(rows) rows: \(imported) \(dryRun ? "would be imported" : "imported"), \(unchanged) unchanged, "
                + "\(errors.count) refused.",
            "共 \(rows) 行：\(dryRun ? "将导入" : "已导入") \(imported) 行，未变 \(unchanged) 行，拒绝 \(errors.count) 行。")
        return Report(json, remarks: [summary], exit: errors.isEmpty ? 0 : 12) { language in
            errors.map { $0.text(language) }
        }
    }
}

extension RowError {
    fileprivate func json(_ language: Language) -> JSONValue {
        .object([
            ("line", .integer(Int64(line))), ("column", column.map(JSONValue.string) ?? .null),
            ("code", .string(code)), ("message", .string(message[language])),
        ])
    }

    fileprivate func text(_ language: Language) -> String {
        let column = column.map { ", \($0)" } ?? ""
        return Words("line \(line)\(column): \(message.en)", "第 \(line) 行\(column)：\(message.zh)")[language]
    }
}

package struct Import<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "import", abstract: "Take rows of a CSV file in (导入).",
            discussion: """
                The map says which columns become which fields. Each row comes in whole or not at all; rows that are \
                refused are listed by line and column. A second run changes nothing.

                Example: \(program) import work-orders.csv --map work-orders.map.json --dry-run
                """)
    }

    @Argument(help: "The CSV file, UTF-8 or GB18030.", completion: .file())
    package var file: String

    @Option(help: "The import map; without it FILE's name with .map.json.", completion: .file())
    package var map: String?

    @Flag(help: "Only say what would happen.")
    package var dryRun = false

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report {
        try context.importFile(file, map: map, dryRun: dryRun)
    }
}
