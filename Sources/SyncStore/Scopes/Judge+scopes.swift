import FieldModel
import SyncCore
import SyncWire

/// A scope in which an author may write.
struct OpenScope: Hashable {
    let author: RecordID
    let scope: String
}

extension Judge {
    /// Whether a set stays within what its author holds, or held within the lease: work that comes late is accepted.
    /// What lies in a scope of which a branch has nothing is headquarters' to judge.
    func judgeScopes(of set: ChangeSet, on records: ChangedRecords) throws -> (Verdict, RefusalReason?) {
        let created = Set(set.changes.filter { $0.write?.creates == true && records[$0] == nil }.map(\.record))
        let made = Set(set.changes.filter { created.contains($0.record) }.flatMap(Self.scopesNamed(after:)))
        for change in set.changes where Catalogue.entity(change.type) != nil {
            guard let write = try recordWrite(change, on: records, isNew: created.contains(change.record)) else {
                continue
            }
            if try write.onlyDiscards && discardsRefused(write.write, of: change.record) { continue }
            for scope in Self.scopes(of: write, here: records[change]) where !made.contains(Self.root(of: scope)) {
                if try mayWrite(set.author, scope), try isInPlace(change, scope, records[change]) { continue }
                if try access.role == .branch && !access.hasRecords(scope: scope) { return (.undecided, nil) }
                return (.refused, RefusalReason(Self.outside))
            }
            let demands = HoldingRule.demands(of: write)
            if try access.role == .branch && demands.contains(where: { try isAbsent($0, created) }) {
                return (.undecided, nil)
            }
            for demand in demands where try !meets(demand, set.author, made, type: change.type) {
                if case .subject = demand { return (.refused, RefusalReason(Self.outside)) }
                return (.refused, RefusalReason(Self.notOwn))
            }
        }
        return (.applied, nil)
    }

    private static let outside = Refusal(field: nil, code: .outsideScope, words: Messages.outsideScope)
    private static let notOwn = Refusal(field: nil, code: .outsideScope, words: Messages.notYoursToGive)

    /// Where the record is, and where the write puts it.
    private static func scopes(of write: RecordWrite, here: StoredRecord?) -> [String] {
        let written = write.write.fields.compactMap { field -> String? in
            guard field.tag == .scope, case .text(let scope)? = field.value else { return nil }
            return scope
        }
        guard let here else { return write.write.creates && written.isEmpty ? [""] : written }
        return [here.shown.scope ?? ""] + written
    }

    /// What a record speaks about is not here: headquarters knows whether its author may.
    private func isAbsent(_ demand: HoldingDemand, _ created: Set<RecordID>) throws -> Bool {
        guard case .subject(let record) = demand, !created.contains(record) else { return false }
        return try access.scope(of: record) == nil
    }

    /// Whether what is discarded was written by sets that were not taken here.
    private func discardsRefused(_ write: Write, of record: RecordID) throws -> Bool {
        let refused = try access.entries(changing: record).filter { $0.verdict != .applied }.flatMap { entry in
            try entry.changeSet()?.changes.filter { $0.record == record }.compactMap(\.write?.dot) ?? []
        }
        return write.fields.allSatisfy { $0.overwrites.allSatisfy(refused.contains) }
    }

    /// What everybody holds is for what everybody is to see, and for what speaks about that: nobody else's record is put
    /// there because he may write there.
    private func isInPlace(_ change: Change, _ scope: String, _ here: StoredRecord?) throws -> Bool {
        guard scope == "catalog" || scope == "org", here?.shown.scope != scope else { return true }
        guard let entity = Catalogue.entity(change.type) else { return true }
        if ScopeRule.isFixed(entity, in: scope) { return true }
        let written = change.write?.fields.map { ($0.tag, $0.value) } ?? []
        return try ScopeRule.sourceFields(of: entity).contains { field in
            let value = written.first { $0.0 == field.tag }?.1 ?? here?.shown[field.tag].latest?.value
            guard case .reference(let subject)? = value else { return false }
            return try access.scope(of: subject) == scope
        }
    }

    private static func root(of scope: String) -> String { String(scope.prefix { $0 != "#" }) }

    /// The scopes that are named after a record.
    private static func scopesNamed(after change: Change) -> [String] {
        let id = change.record
        let roots: [Scope.Root] =
            switch change.type {
            case EntityTag.account: [.account(id)]
            case EntityTag.site: [.site(id)]
            case EntityTag.user: [.user(id), .van(id)]
            case EntityTag.branch: [.branch(id), .orgBranch(id)]
            default: []
            }
        return roots.map { Scope($0).description }
    }

    /// What is lost meanwhile stays open for the lease, so only what is gained meanwhile must be known.
    func mayWrite(_ author: RecordID, _ scope: String) throws -> Bool {
        let asked = OpenScope(author: author, scope: scope)
        if open.contains(asked) { return true }
        let may = try holds(author, scope) || isHome(scope, of: author) || access.held(author, scope: scope)
        if may { open.insert(asked) }
        return may
    }

    private func holds(_ author: RecordID, _ scope: String) throws -> Bool {
        if try access.holds(author, scope: scope) { return true }
        try access.settleHoldings()
        return try access.holds(author, scope: scope)
    }

    /// What people write down that belongs nowhere yet goes to their branch, which they need not be able to read.
    private func isHome(_ scope: String, of author: RecordID) throws -> Bool {
        try access.person(author)?.branch.map { Scope(.branch($0)).description } == scope
    }

    private func meets(
        _ demand: HoldingDemand, _ author: RecordID, _ made: Set<String>, type: TypeTag
    ) throws -> Bool {
        switch demand {
        case .scope(let scope) where made.contains(Self.root(of: scope)): return true
        // A site is somebody's work, which may come late.
        case .scope(let scope): return try type == EntityTag.site ? mayWrite(author, scope) : holds(author, scope)
        case .scopeOf(let record): return try access.scope(of: record).map { try holds(author, $0) } ?? false
        // Of one that is not here nothing is known; it may come.
        case .subject(let record):
            guard let scope = try access.scope(of: record), !made.contains(Self.root(of: scope)) else { return true }
            return try mayWrite(author, scope)
        case .everything: return try holds(author, HoldingClaim.every)
        }
    }
}
