import FieldModel
import GRDB
import SyncCore

/// Decides whether a change set may enter (sync-model §6): form, then rights. Field work that came late is not refused.
/// It remembers for a whole run who its authors are and what its sets refer to.
final class Judge {
    let access: WriteAccess
    /// Of the run's device, when somebody else has its key.
    var compromise: Compromise?
    private var writers: [RecordID: Writer] = [:]
    private var types: [RecordID: TypeTag] = [:]
    /// Where authors may write, as far as somebody asked.
    var open: Set<OpenScope> = []

    init(access: WriteAccess) { self.access = access }

    /// A set of an author whom a branch does not know yet is left to headquarters.
    /// - Parameter records: those that the set changes, as they are here.
    func judge(_ set: ChangeSet, on records: ChangedRecords) throws -> (Verdict, RefusalReason?) {
        guard let writer = try writer(set.author) else {
            return access.role == .hq ? (.refused, Self.unknownAuthor) : (.undecided, nil)
        }
        if case .person(let person, let roles) = writer {
            for change in set.changes {
                guard case .witness(let state) = change.effect else { continue }
                let refusal = try refusalOfWitness(state, of: change, by: person, roles)
                if let refusal { return (.refused, refusal) }
            }
        }
        // A refused scope follows from what else the author may not write: the other reason says more to a person.
        let refusals = try refusals(of: set, on: records, by: writer)
        if let refusal = refusals.first(where: { $0.field != "scope" }) ?? refusals.first {
            return (.refused, RefusalReason(refusal))
        }
        guard case .person = writer else { return (.applied, nil) }
        return try judgeScopes(of: set, on: records)
    }

    /// What a later version declares is relayed: its own rules judge it.
    private func refusals(
        of set: ChangeSet, on records: ChangedRecords, by writer: Writer
    ) throws -> [Refusal] {
        let created = Set(set.changes.filter { $0.write?.creates == true }.map(\.record))
        let types = try referencedTypes(of: set)
        return try set.changes.filter { Catalogue.entity($0.type) != nil }.flatMap { change -> [Refusal] in
            guard let write = try recordWrite(change, on: records, isNew: created.contains(change.record)) else {
                return []
            }
            let invalid = Validation.refusals(of: write, typeOf: { types[$0] }).filter { $0.code != .unknownField }
            return try invalid + Permission.refusals(of: write, by: writer) + foreignDevice(write, by: writer)
                + lastAdministrator(write, by: writer)
                + foreignErasure(write, by: writer) + unsealed(change)
        }
    }

    /// A person with the roles of his record here, or a node; nil for an author whom this node does not know.
    func writer(_ author: RecordID) throws -> Writer? {
        if let writer = writers[author] { return writer }
        let found = try findWriter(author)
        writers[author] = found
        return found
    }

    private func findWriter(_ author: RecordID) throws -> Writer? {
        if let user = try access.load(author, type: EntityTag.user) {
            let roles = Catalogue.user.field(named: "roles").map { user.shown[$0.tag].distinctValues } ?? []
            let words = roles.compactMap { value in if case .text(let word) = value { word } else { nil } }
            return .person(author, roles: RoleSet(words: words))
        }
        return try access.load(author, type: EntityTag.branch) == nil ? nil : .node
    }

    func recordWrite(_ change: Change, on records: ChangedRecords, isNew: Bool) throws -> RecordWrite? {
        guard let sealed = change.write else { return nil }
        let write = try access.opened(sealed, of: change.record)
        let shown = try records[change].map { try access.opened($0.shown, of: $0.id) }
        var seen: [FieldTag: [Value]] = [:]
        for field in write.fields where !field.overwrites.isEmpty {
            let siblings = shown?[field.tag].siblings.filter { field.overwrites.contains($0.dot) } ?? []
            seen[field.tag] = siblings.map(\.value)
        }
        return RecordWrite(
            type: change.type, record: change.record, write: write, isNew: isNew, seen: seen,
            proposed: change.type == EntityTag.proposal ? try proposed(write, on: shown) : nil)
    }

    /// What a proposal is about, as it is here or, of a new one, as the set makes it.
    private func proposed(_ write: Write, on shown: RecordState?) throws -> ProposedField? {
        func value(_ name: String) -> Value? {
            guard let tag = Catalogue.proposal.field(named: name)?.tag else { return nil }
            return shown?[tag].latest?.value ?? write.fields.first { $0.tag == tag }?.value
        }
        guard case .reference(let subject)? = value("subject"), case .text(let field)? = value("field") else {
            return nil
        }
        return try access.proposed(field, of: subject)
    }

    /// The types of the records that the set's values refer to and that must be of a certain type, those that it creates
    /// itself among them.
    private func referencedTypes(of set: ChangeSet) throws -> [RecordID: TypeTag] {
        var referenced = Dictionary(set.changes.map { ($0.record, $0.type) }) { _, last in last }
        for change in set.changes {
            let entity = Catalogue.entity(change.type)
            for field in change.write?.fields ?? [] {
                guard case .reference(let target)? = field.value, referenced[target] == nil,
                    let expected = entity?.field(tag: field.tag)?.type.referenced
                else { continue }
                referenced[target] = try type(of: target, expected: expected)
            }
        }
        return referenced
    }

    /// A record that is here keeps its type; one that is not may come.
    private func type(of record: RecordID, expected: TypeTag) throws -> TypeTag? {
        if let type = types[record] { return type }
        let found = try access.typeOfRecord(record, expected: expected)
        types[record] = found
        return found
    }

    /// Takes note of an accepted set: what it says of a person counts for the next one.
    func saw(_ set: ChangeSet) {
        if set.changes.contains(where: { $0.type == EntityTag.user || $0.type == EntityTag.branch }) { writers = [:] }
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
