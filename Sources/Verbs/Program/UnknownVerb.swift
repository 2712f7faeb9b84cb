import ArgumentParser
import FieldModel
import SyncWire

/// Told before the arguments are parsed: the parser would complain of the first option behind a verb that there is none of.
enum UnknownVerb {
    /// - Throws: `usage`, with the verbs that may have been meant.
    static func demandNone(in arguments: [String], of root: any ParsableCommand.Type) throws {
        var group = root.configuration
        for word in arguments where !group.subcommands.isEmpty {
            // Options before a verb, and `help`, are the parser's.
            if word.hasPrefix("-") || word == "help" { return }
            guard let verb = group.subcommands.first(where: { names(of: $0).contains(word) }) else {
                // It may be an argument of the verb that need not be named.
                if group.defaultSubcommand != nil { return }
                throw failure(word, among: group.subcommands)
            }
            group = verb.configuration
        }
    }

    private static func names(of verb: any ParsableCommand.Type) -> [String] {
        [verb._commandName] + verb.configuration.aliases
    }

    private static func failure(_ word: String, among verbs: [any ParsableCommand.Type]) -> VerbFailure {
        let near = NearestNames.of(word, among: verbs.flatMap(names(of:))).joined(separator: ", ")
        let hint =
            near.isEmpty
            ? Words("--help lists the verbs.", "可用 --help 查看所有命令。")
            : Words("Did you mean: \(near)?", "您是否想输入：\(near)？")
        return VerbFailure(.usage, Words("There is no verb \"\(word)\".", "没有命令“\(word)”。"), hint: hint)
    }
}
