package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// What waits for this person, in plain words: conflicts with a value of his, rejected changes, decisions about his
    /// work.
    package func attention() throws -> Report {
        try store.read { access in
            let names = RecordNames(access)
            let words = ConflictWords(names: names, now: now)
            let conflicts = try access.conflicts().filter(isMine).map { ($0, try words.message($0)) }
            let rejected = try access.rejected()
            let decisions = try self.decisions(access)
            let held = try access.held().map { ($0, try HeldWords(names: names).message($0)) }
            let json = JSONValue.object([
                ("conflicts", .array(conflicts.map { $0.json($1[language]) })),
                ("rejected", .array(try rejected.map { try self.json($0, names) })),
                ("decisions", .array(decisions.map { .object($0.jsonHead + [("message", .string($1[language]))]) })),
                ("held", .array(held.map { $0.json($1[language]) })),
            ])
            let sentences = conflicts.map(\.1) + rejected.map(\.attention) + decisions.map(\.1) + held.map(\.1)
            let none = [Words("Nothing needs you.", "没有需要你处理的事项。")]
            return Report(json, remarks: sentences.isEmpty ? none : []) { language in sentences.map { $0[language] } }
        }
    }

    private func isMine(_ conflict: ConflictView) -> Bool {
        store.role.isNode
            || (conflict.siblings + conflict.edits.map(\.sibling)).contains { $0.mine || $0.author == author }
    }

    /// Orders that wait for a decision of the office and that this person works on.
    private func decisions(_ access: ReadAccess) throws -> [(ShownRecord, Words)] {
        try access.decisions().filter { decision in
            store.role.isNode || decision.order.references("assignees").contains(author)
                || decision.clashes.contains { $0.event.author == author }
        }.map { ($0.order, $0.words) }
    }
}

extension DecisionView {
    /// Said to the person who did the work.
    fileprivate var words: Words {
        let clash = clashes.first { $0.event.kind.isWork }
        return Messages.cancelledButDone(
            order: order.calledName, finishedAt: clash?.event.occurredAt?.clockText ?? "–",
            cancelledAt: clash?.other.occurredAt?.clockText ?? "–")
    }
}

extension RejectedView {
    fileprivate var attention: Words {
        Words("\(words.en) (rejected \(name))", "\(words.zh)（被拒绝 \(name)）")
    }
}

package struct Attention<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "attention", abstract: "Show what needs you (待处理).",
            discussion: """
                Conflicts with a value of yours, changes of yours that were rejected, decisions about your work; at a node \
                also what it keeps aside until somebody has looked at it.

                Example: \(program) attention --lang zh
                """)
    }

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.attention() }
}
