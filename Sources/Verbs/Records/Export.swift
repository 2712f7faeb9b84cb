package import ArgumentParser
import FieldModel
import Foundation
import SyncStore

package struct Export<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "export", abstract: "Write a copy of the database that other tools can read (导出明文副本).",
            discussion: """
                An SQLite database of one moment, in the clear: whoever has it can read everything in it. Delete it when it \
                has served. Phone numbers and e-mail addresses of persons are masked in it, unless --unmasked says otherwise.

                Example: \(program) export --sqlite records.db
                """)
    }

    @Option(help: "The new file.")
    package var sqlite: String

    @Flag(help: "Phone numbers and addresses of persons whole; a node's audit tells of it.")
    package var unmasked = false

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report {
        let path = URL(filePath: sqlite, relativeTo: context.directory).path
        let bytes = try context.store.writePlainCopy(to: path, unmasked: unmasked)
        let words = Words(
            "\(path) is not sealed: whoever has it can read it.", "\(path) 未加密：得到此文件的人都能读取。")
        return try Report(.object([("file", .string(path)), ("bytes", .integer(bytes))]), remarks: [words]) { _ in
            [path]
        }
        .disclosing(unmasked ? ["export", path] : [], at: context.store)
    }
}
