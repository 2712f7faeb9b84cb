package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// What waits for this person, in plain words: conflicts and decisions about his work or for him to decide, and what
    /// of his was rejected.
    package func attention() throws -> Report {
        try store.read { access in
            let names = RecordNames(access)
            let words = ConflictWords(names: names, now: now)
            let reader = try reader(access)
            let conflicts = try access.conflicts().filter { concerns($0, reader) }.map { ($0, try words.message($0)) }
            let rejected = try access.rejected()
            let told = DecisionWords(names: names, reader: reader, now: now)
            let decisions = try access.decisions().flatMap { decision in
                try told.messages(decision, access).map { (decision, $0) }
            }
            let proposals = try proposalsWaiting(access)
            let held = try access.held().map { ($0, try HeldWords(names: names).message($0)) }
            let audits = AuditAlarmWords(names: names, isNode: store.role.isNode)
            let alarms = try access.auditAlarms().map { ($0, try audits.message($0)) }
            let root = try rootUnsaved(access)
            let json = JSONValue.object([
                ("conflicts", .array(conflicts.map { $0.json($1[language]) })),
                ("rejected", .array(try rejected.map { try self.json($0, names) })),
                ("decisions", .array(decisions.map { $0.json($1[language]) })),
                ("proposals", .array(proposals.map { $0.view.json($0.words[language], mayDecide: $0.mayDecide) })),
                ("held", .array(held.map { $0.json($1[language]) })),
                ("audit", .array(alarms.map { audits.json($0, $1[language]) })),
                ("root_backup", root.map { .string($0[language]) } ?? .null),
            ])
            let sentences =
                conflicts.map(\.1) + rejected.map(\.attention) + decisions.map(\.1) + proposals.map(\.words)
                + held.map(\.1) + alarms.map(\.1) + [root].compactMap { $0 }
            let none = [Words("Nothing needs you.", "没有需要你处理的事项。")]
            return Report(json, remarks: sentences.isEmpty ? none : []) { language in sentences.map { $0[language] } }
        }
    }

    /// Of HQ, until its root key was written down; nil elsewhere.
    private func rootUnsaved(_ access: ReadAccess) throws -> Words? {
        guard store.role == .hq, try access.rootBackupAt() == nil else { return nil }
        return Words(
            "Headquarters' root key has no backup: with this machine and its backups everybody would have to enrol again. Make one with fieldsyncd root backup.",
            "总部根密钥没有备份：若本机及其备份丢失，所有设备和分公司都须重新注册。请用 fieldsyncd root backup 备份。")
    }

    /// Whether a value of it is the reader's, or it is for him to decide.
    private func concerns(_ conflict: ConflictView, _ reader: Reader) -> Bool {
        reader.decides(conflict.responsibility, since: conflict.since, now: now)
            || (conflict.siblings + conflict.edits.map(\.sibling)).contains { $0.mine || $0.author == author }
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
                Conflicts with a value of yours, changes of yours that were rejected, decisions about your work, and whatever \
                your role is to decide; at a node everything, what it keeps aside until somebody has looked at it, whether it \
                was set back, and at headquarters whether its root key has no backup; and every audit of a node that contradicts what the node signed.

                Example: \(program) attention --lang zh
                """)
    }

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.attention() }
}
