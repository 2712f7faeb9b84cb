import FieldModel
import SyncCore
import SyncStore
import SyncWire

/// What a grant opens to whom, as it was typed.
package struct GrantArguments {
    package let to: String
    package let site: String?
    package let account: String?
    package let scope: String?
    package let from: String?
    package let until: String
    package let reason: String?

    package init(
        to: String, site: String?, account: String?, scope: String?, from: String?, until: String, reason: String?
    ) {
        (self.to, self.site, self.account, self.scope) = (to, site, account, scope)
        (self.from, self.until, self.reason) = (from, until, reason)
    }
}

extension VerbContext {
    /// Lets a person or a branch hold a site and its account, an account, or one scope as it is written, for a while.
    package func addGrant(_ arguments: GrantArguments) throws -> Report {
        try store.write { access in
            let holder = try Holder.find(arguments.to, access)
            let edits = FieldEdits(entity: Catalogue.grant, creating: true, access: access)
            let drafts = try opened(arguments, access).map { scope in
                let words = ["until=\(arguments.until)"] + (arguments.from.map { ["from=\($0)"] } ?? [])
                var draft = try newDraft(Catalogue.grant, edits.edits(FieldArgument.parse(words)), access)
                draft.put("opens", .text(scope))
                if let reason = arguments.reason { draft.put("reason", .text(reason)) }
                draft.put(holder.type == EntityTag.branch ? "branch" : "user", .reference(holder.id))
                return draft
            }
            try commit(drafts, access)
            return try granted(drafts.map(\.id), access)
        }
    }

    private func opened(_ arguments: GrantArguments, _ access: ReadAccess) throws -> [String] {
        if let site = try arguments.site.map({ try Lookup.record($0, type: EntityTag.site, access).id }) {
            let account = try access.shown(site, expected: EntityTag.site)?.reference("account")
            return ["site/\(site)"] + (account.map { ["account/\($0)"] } ?? [])
        }
        if let account = try arguments.account.map({ try Lookup.record($0, type: EntityTag.account, access).id }) {
            return ["account/\(account)"]
        }
        guard let scope = arguments.scope, HoldingRule.mayBeGranted(scope) else {
            throw VerbFailure(
                .invalidValue,
                Words("\"\(arguments.scope ?? "")\" is no scope to grant.", "“\(arguments.scope ?? "")”不是可授权的范围。"),
                hint: Words(
                    "Name a --site or an --account, or a scope as `scope explain --json` prints it.",
                    "请用 --site 或 --account 指定，或给出 scope explain --json 所列的范围。"))
        }
        return [scope]
    }

    /// Ends a grant now. It stays in the list of all.
    package func revokeGrant(_ ref: String, reason: String?) throws -> Report {
        try store.write { access in
            let grant = try Lookup.record(ref, type: EntityTag.grant, access).id
            var draft = try newDraft(Catalogue.grant, [], access)
            draft.put("revokes", .reference(grant))
            if let reason { draft.put("reason", .text(reason)) }
            try commit([draft], access)
            return try granted([grant], access)
        }
    }

    /// Grants that run or will run; all of them, also those that ended.
    package func listGrants(of ref: String?, all: Bool) throws -> Report {
        try store.read { access in
            let holder = try ref.map { try Holder.find($0, access).id }
            let grants = try access.grants().filter { grant in
                (all || !grant.isOver(now: now)) && (holder == nil || grant.holder == holder)
            }
            return try report(grants, access)
        }
    }

    private func granted(_ ids: [RecordID], _ access: ReadAccess) throws -> Report {
        try report(access.grants().filter { ids.contains($0.id) }, access)
    }

    private func report(_ grants: [GrantView], _ access: ReadAccess) throws -> Report {
        let scopes = ScopeNames(access)
        var table = TextTable()
        let items = try grants.map { grant in
            let holder = try grant.holder.flatMap { try Holder.holder($0, access) }
            let state = grant.state(now: now)
            table.add([
                RecordNames.suffix(of: grant.id), holder?.name ?? "–", try scopes.text(of: grant.opens, language),
                grant.from.map { Moments.text($0) } ?? "–", grant.until.map { Moments.text($0) } ?? "–",
                state.label[language], grant.reason ?? "",
            ])
            return JSONValue.object([
                ("id", .string(grant.id.description)), ("holder", holder?.json ?? .null),
                ("scope", .string(grant.opens)), ("from", grant.from.map(Moments.json) ?? .null),
                ("until", grant.until.map(Moments.json) ?? .null), ("state", .string(state.rawValue)),
                ("reason", grant.reason.map(JSONValue.string) ?? .null),
            ])
        }
        let lines = table.lines
        return .list(items) { _ in lines }
    }
}
