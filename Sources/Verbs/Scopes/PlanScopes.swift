package import FieldModel
import SyncCore
import SyncStore

/// A change of which somebody asks beforehand who would hold what after it.
package enum PlannedChange {
    /// A branch serves the site.
    case site(String, branch: String)
    /// A branch serves all sites of the account.
    case account(String, branch: String)
    /// The person belongs to the branch, or has these roles and no others; nil: as it is.
    case user(String, branch: String?, roles: [Role]?)
}

/// Ends a rehearsal: what it did is rolled back.
private struct RehearsalEnded: Error {}

extension VerbContext {
    /// Who would gain and lose what. Nothing is written: the change is made and taken back.
    package func planScopes(_ change: PlannedChange) throws -> Report {
        var report: Report?
        do {
            try store.write { access in
                try make(change, access)
                report = try plan(access.holdingMoves(), access)
                throw RehearsalEnded()
            }
        } catch is RehearsalEnded {}
        guard let report else { preconditionFailure("a rehearsal ends with a report") }
        return report
    }

    private func make(_ change: PlannedChange, _ access: WriteAccess) throws {
        switch change {
        case .site(let ref, let branch):
            let site = try Lookup.record(ref, type: EntityTag.site, access).id
            _ = try access.assign([site], to: Lookup.branch(branch, access), author: author)
        case .account(let ref, let branch):
            let account = try Lookup.record(ref, type: EntityTag.account, access).id
            _ = try access.assign(access.sites(of: account), to: Lookup.branch(branch, access), author: author)
        case .user(let ref, let branch, let roles):
            var draft = try existing(ref, type: EntityTag.user, access)
            if let branch { draft.put("branch", .reference(try Lookup.branch(branch, access))) }
            if let roles { draft.edits += roleEdits(roles.map(\.rawValue), of: draft) }
            try commit([draft], access)
        }
    }

    private func roleEdits(_ words: [String], of draft: RecordDraft) -> [FieldEdit] {
        guard let tag = draft.entity.field(named: "roles")?.tag else { return [] }
        let had: [Value] = if case .many(let values)? = draft.seen?.record["roles"] { values } else { [] }
        let wanted = words.map(Value.text)
        return had.filter { !wanted.contains($0) }.map { FieldEdit(tag: tag, edit: .remove($0)) }
            + wanted.filter { !had.contains($0) }.map { FieldEdit(tag: tag, edit: .put($0)) }
    }

    private func plan(_ moves: [HoldingMove], _ access: ReadAccess) throws -> Report {
        var table = TextTable(
            Words("Who|Gains|Records|Bytes|Loses|Records|Bytes", "对象|增加|记录|字节|减少|记录|字节")[language]
                .split(separator: "|").map(String.init))
        let items = try moves.map { move in
            let holder = try Holder.holder(move.holder, access)
            let (gained, lost) = (try size(move.gained, access), try size(move.lost, access))
            let name = holder?.name ?? RecordNames.suffix(of: move.holder)
            table.add(
                [name]
                    + [(move.gained, gained), (move.lost, lost)].flatMap { scopes, size in
                        [String(scopes.count), String(size.records), String(size.bytes)]
                    })
            return JSONValue.object([
                ("holder", holder?.json ?? .string(move.holder.description)),
                ("gains", Self.json(move.gained, gained)), ("loses", Self.json(move.lost, lost)),
            ])
        }
        let lines = moves.isEmpty ? [Words("Nobody gains or loses anything.", "无人增减。")[language]] : table.lines
        return .list(items, remarks: [Words("Nothing was written.", "未写入任何内容。")]) { _ in lines }
    }

    private func size(_ scopes: [String], _ access: ReadAccess) throws -> ScopeSize {
        try scopes.reduce(into: ScopeSize()) { sum, scope in
            sum += try scope.hasPrefix(HoldingClaim.every) ? access.size(ofEvery: scope) : access.size(ofScope: scope)
        }
    }

    private static func json(_ scopes: [String], _ size: ScopeSize) -> JSONValue {
        .object([
            ("scopes", .array(scopes.sorted().map(JSONValue.string))), ("records", .integer(Int64(size.records))),
            ("bytes", .integer(Int64(size.bytes))),
        ])
    }
}
