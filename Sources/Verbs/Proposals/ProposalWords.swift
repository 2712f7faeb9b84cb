import FieldModel
import SyncCore
import SyncStore

/// Says in plain words what somebody proposes.
struct ProposalWords {
    let names: RecordNames

    /// - Parameter deciding: said to whoever may accept it.
    func message(_ view: ProposalView, deciding: Bool) throws -> Words {
        let (who, what) = (view.authorName ?? "–", try subject(view))
        let (english, chinese) = (try proposed(view, .en), try proposed(view, .zh))
        let reason =
            view.proposal.text(of: "reason").map { Words(", because \"\($0)\"", "，原因：“\($0)”") } ?? Words("", "")
        let rest = try standing(view, deciding: deciding)
        return Words(
            "\(who) proposes for \(what.en): \(english)\(reason.en). \(rest.en)",
            "\(who) 对\(what.zh)提出建议：\(chinese)\(reason.zh)。\(rest.zh)")
    }

    private func subject(_ view: ProposalView) throws -> Words {
        let field =
            view.field?.label ?? Words(view.proposal.text(of: "field") ?? "–", view.proposal.text(of: "field") ?? "–")
        let entity = view.subject?.entity?.label ?? Words("Record", "记录")
        let name = view.subject?.calledName ?? "–"
        return Words("\(field.en) of the \(entity.en.lowercased()) \(name)", "\(entity.zh) \(name) 的“\(field.zh)”")
    }

    private func proposed(_ view: ProposalView, _ language: Language) throws -> String {
        let value =
            try view.value.map { try names.text($0, of: view.field, language) } ?? view.proposal.text(of: "value")
        switch (view.operation, value) {
        case (.set, let value?): return value
        case (.set, nil): return Words("nothing", "清空")[language]
        case (let operation, let value): return "\(operation.label[language]) \(value ?? "–")"
        }
    }

    private func standing(_ view: ProposalView, deciding: Bool) throws -> Words {
        let name = view.proposal.calledName
        let verb = "\(program) proposals"
        switch view.state {
        case .open:
            return deciding
                ? Words(
                    "`\(verb) accept \(name)` writes it, `\(verb) reject \(name) --reason TEXT` does not.",
                    "\(verb) accept \(name)：采纳；\(verb) reject \(name) --reason 原因：不采纳。")
                : Words("Nobody has decided yet.", "尚未决定。")
        case .superseded:
            let changed = Words(
                "Meanwhile it is not \(try shown(view.base, view, .en)) any more, but \(try current(view, .en)).",
                "此后该值已不是 \(try shown(view.base, view, .zh))，而是 \(try current(view, .zh))。")
            return deciding
                ? Words(
                    "\(changed.en) `\(verb) accept \(name) --over` writes it all the same, `\(verb) reject \(name)` does not.",
                    "\(changed.zh)\(verb) accept \(name) --over：仍然采纳；\(verb) reject \(name)：不采纳。")
                : Words(
                    "\(changed.en) Propose it again, or withdraw it: `\(program) delete \(name)`.",
                    "\(changed.zh)可重新提出，或撤回：\(program) delete \(name)。")
        case .accepted: return Words("It was accepted.", "已接受。")
        case .rejected:
            let why = view.proposal.text(of: "decision_reason")
            return Words(
                "It was rejected\(why.map { ": \"\($0)\"" } ?? "").", "已拒绝\(why.map { "：“\($0)”" } ?? "")。")
        }
    }

    /// A printed value as people read it.
    private func shown(_ printed: String?, _ view: ProposalView, _ language: Language) throws -> String {
        guard let printed else { return view.field?.kind.isSingle == false ? "–" : Words("empty", "空")[language] }
        guard let value = view.field?.value(printed: printed) else { return printed }
        return try names.text(value, of: view.field, language)
    }

    private func current(_ view: ProposalView, _ language: Language) throws -> String {
        try view.current.map { try names.text($0, of: view.field, language) } ?? Words("empty", "空")[language]
    }
}

extension ProposalView {
    /// Whether a reader may write what it proposes.
    func mayDecide(_ reader: Reader) -> Bool {
        guard let roles = reader.roles else { return true }
        guard let proposed else { return false }
        return Permission.mayWrite(roles: roles, type: proposed.type, field: proposed.field, creating: false)
    }

    func json(_ message: String, mayDecide: Bool) -> JSONValue {
        .object(
            proposal.jsonHead + [
                ("subject", subject.map { .object($0.jsonHead) } ?? .null),
                ("field", proposal.text(of: "field").map(JSONValue.string) ?? .null),
                ("operation", .string(operation.rawValue)), ("value", value?.json ?? .null),
                ("base", base.map(JSONValue.string) ?? .null), ("current", current?.json ?? .null),
                ("reason", proposal.text(of: "reason").map(JSONValue.string) ?? .null),
                ("evidence", .array(proposal.references("evidence").map { .string($0.description) })),
                ("state", .string(state.rawValue)), ("author", .string(author.description)), ("at", Moments.json(at)),
                ("may_decide", .bool(mayDecide)), ("message", .string(message)),
            ])
    }
}
