package import ArgumentParser
package import FieldModel

extension Language: ExpressibleByArgument {}

/// How a verb answers; every verb takes these.
package struct OutputOptions: ParsableArguments {
    @Flag(help: "Print one JSON document.")
    package var json = false

    @Flag(help: "Print the items of a list as JSON, one a line.")
    package var jsonl = false

    @Option(help: "The language of sentences (default: from LANG).")
    package var lang: Language?

    @Flag(help: "Print only what was asked for, no remarks.")
    package var quiet = false

    @Flag(help: "Print without colours.")
    package var noColor = false

    package init() {}

    package var style: OutputStyle {
        OutputStyle(
            json: json, jsonl: jsonl, language: lang ?? OutputStyle.languageOfEnvironment, quiet: quiet,
            noColor: noColor)
    }
}
