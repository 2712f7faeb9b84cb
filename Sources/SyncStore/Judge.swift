import FieldModel
import GRDB
import SyncCore

/// Decides whether a change set may enter (sync-model §6): form, then rights. Field work that came late is not refused.
struct Judge {
    let access: ReadAccess

    /// A set of an author whom a branch does not know yet is left to headquarters.
    func judge(_ set: ChangeSet) throws -> (Verdict, RefusalReason?) {
        guard let writer = try writer(set.author) else {
            return access.role == .hq ? (.refused, Self.unknownAuthor) : (.undecided, nil)
        }
        if case .person = writer {
            for change in set.changes {
                guard case .witness(let state) = change.effect else { continue }
                if let refusal = try refusalOfWitness(state, of: change) { return (.refused, refusal) }
            }
        }
        // A refused scope follows from what else the author may not write: the other reason says more to a person.
        let refusals = try refusals(of: set, by: writer)
        let refusal = refusals.first { $0.field != "scope" } ?? refusals.first
        return (refusal == nil ? .applied : .refused, refusal.map(RefusalReason.init))
    }

    /// What a later version declares is relayed: its own rules judge it.
    private func refusals(of set: ChangeSet, by writer: Writer) throws -> [Refusal] {
        let created = Set(set.changes.filter { $0.write?.creates == true }.map(\.record))
        let types = try referencedTypes(of: set)
        return try set.changes.filter { Catalogue.entity($0.type) != nil }.flatMap { change -> [Refusal] in
            guard let write = try recordWrite(change, isNew: created.contains(change.record)) else { return [] }
            let invalid = Validation.refusals(of: write, typeOf: { types[$0] }).filter { $0.code != .unknownField }
            return invalid + Permission.refusals(of: write, by: writer)
        }
    }

    /// A person with the roles of his record here, or a node; nil for an author whom this node does not know.
    private func writer(_ author: RecordID) throws -> Writer? {
        if let user = try access.load(author, type: EntityTag.user) {
            let roles = Catalogue.user.field(named: "roles").map { user.shown[$0.tag].distinctValues } ?? []
            let words = roles.compactMap { value in if case .text(let word) = value { word } else { nil } }
            return .person(author, roles: RoleSet(words: words))
        }
        return try access.load(author, type: EntityTag.branch) == nil ? nil : .node
    }

    private func recordWrite(_ change: Change, isNew: Bool) throws -> RecordWrite? {
        guard let write = change.write else { return nil }
        let shown = try access.load(change.record, type: change.type)?.shown
        var seen: [FieldTag: [Value]] = [:]
        for field in write.fields where !field.overwrites.isEmpty {
            let siblings = shown?[field.tag].siblings.filter { field.overwrites.contains($0.dot) } ?? []
            seen[field.tag] = siblings.map(\.value)
        }
        return RecordWrite(type: change.type, record: change.record, write: write, isNew: isNew, seen: seen)
    }

    /// The types of the records that the set's values refer to, those that it creates itself among them.
    private func referencedTypes(of set: ChangeSet) throws -> [RecordID: TypeTag] {
        var types: [RecordID: TypeTag] = [:]
        for change in set.changes {
            types[change.record] = change.type
            for case .reference(let target)? in change.write?.fields.map(\.value) ?? [] where types[target] == nil {
                types[target] = try access.load(target)?.type
            }
        }
        return types
    }

    ///
    static let forgedAuthor = RefusalReason(
        code: "signature_mismatch",
        messageEN: "This was signed by a device of somebody else. Ask the office to look at the device.",
        messageZH: "此内容由他人的设备签名，请联系办公室检查该设备。")

    private static let unknownAuthor = RefusalReason(
        code: "unknown_author",
        messageEN: "The person who wrote this is not known here. Ask the office to check your account.",
        messageZH: "此处不认识该录入人，请联系办公室核对您的账号。")
}

extension RefusalReason {
    init(_ refusal: Refusal) {
        self.init(code: refusal.code.rawValue, messageEN: refusal.words.en, messageZH: refusal.words.zh)
    }
}
