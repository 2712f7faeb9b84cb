import FieldModel
import SyncCore
import SyncStore

/// Gives every draft the scope that follows from what it refers to, and takes along what follows a record that moves.
struct ScopeFinder {
    /// A record that moves with more than so many others is not moved by one command.
    private static let followersMax = 900

    let access: ReadAccess
    /// Of the writer.
    let home: RecordID
    private var scopes: [RecordID: String] = [:]

    init(_ access: ReadAccess, home: RecordID) {
        self.access = access
        self.home = home
    }

    mutating func placed(_ drafts: [RecordDraft]) throws -> [RecordDraft] {
        var out: [RecordDraft] = []
        for draft in drafts { out += try placed(draft) }
        return out
    }

    private mutating func placed(_ draft: RecordDraft) throws -> [RecordDraft] {
        guard draft.seen == nil || Self.maySwitch(draft) else { return [draft] }
        let scope = try scope(of: draft)
        scopes[draft.id] = scope
        if draft.seen?.scope == scope { return [draft] }
        var moved = draft
        moved.edits.append(FieldEdit(tag: .scope, edit: .put(.text(scope))))
        return try [moved] + (draft.seen == nil ? [] : followers(of: draft))
    }

    private static func maySwitch(_ draft: RecordDraft) -> Bool {
        ScopeRule.sourceFields(of: draft.entity).contains { draft.edits($0.name) }
    }

    private func scope(of draft: RecordDraft) throws -> String {
        var held: [RecordID: String] = scopes
        for field in ScopeRule.sourceFields(of: draft.entity) {
            guard let target = draft.reference(field.name), held[target] == nil else { continue }
            held[target] = try access.record(target)?.scope
        }
        return ScopeRule.scope(
            of: draft.entity, id: draft.id, home: home, reference: { draft.reference($0) }, scopeOf: { held[$0] })
    }

    /// The records whose scope is that of the moved one: its events, visits, notes.
    private mutating func followers(of draft: RecordDraft) throws -> [RecordDraft] {
        var out: [RecordDraft] = []
        for entity in Catalogue.entities {
            for field in ScopeRule.sourceFields(of: entity) where Self.follows(field, draft.entity) {
                let match = FieldMatch(tag: field.tag, value: .reference(draft.id))
                for follower in try access.list(entity.tag, matching: [match], limit: Self.followersMax).items {
                    out += try moved(follower, entity)
                }
            }
        }
        return out
    }

    private mutating func moved(_ follower: ShownRecord, _ entity: EntityDeclaration) throws -> [RecordDraft] {
        guard scopes[follower.id] == nil, let seen = try access.record(follower.id, type: entity.tag) else { return [] }
        let draft = RecordDraft(entity, follower.id, seen: seen, edits: [])
        let scope = try scope(of: draft)
        if scope == seen.scope { return [] }
        scopes[follower.id] = scope
        var moved = draft
        moved.edits = [FieldEdit(tag: .scope, edit: .put(.text(scope)))]
        return try [moved] + followers(of: draft)
    }

    private static func follows(_ field: FieldDeclaration, _ entity: EntityDeclaration) -> Bool {
        field.type == .reference(entity.tag) || field.type == .reference(nil)
    }
}
