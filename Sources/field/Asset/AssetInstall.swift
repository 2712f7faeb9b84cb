import ArgumentParser
import Verbs

struct AssetInstall: DeviceVerb {
    static let configuration = CommandConfiguration(
        commandName: "install", abstract: "A machine was installed (安装).",
        discussion: """
            A machine that is not in the records yet is made by its serial number and site.

            Example: field asset install AS-GZ03-K7-000012-3
            Example: field asset install --serial EX-4711 --site 5f3a9c --model PC200
            """)

    @Argument(help: "The machine, where it is in the records.")
    var asset: String?

    @Option(help: "The serial number of a new machine.")
    var serial: String?

    @Option(help: "The site of a new machine.")
    var site: String?

    @Option(help: "The model of a new machine: the product's code or id.")
    var model: String?

    @Option(help: "When it was, such as 2026-11-22T14:05 (default: now).")
    var at: String?

    @Option(help: "A remark.")
    var text: String?

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (asset == nil) != (serial == nil) else { throw ValidationError("give either a machine or --serial") }
    }

    func report(_ context: VerbContext) throws -> Report {
        let named = [("serial", serial), ("site", site), ("model", model)]
        let fields = named.compactMap { name, value in value.map { "\(name)=\($0)" } }
        return try context.install(asset, new: fields, at: at, text: text)
    }
}
