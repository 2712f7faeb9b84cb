package import FieldModel
package import SyncCore

/// A person to be added.
package struct PersonDraft: Sendable {
    package let login: String
    package let name: String
    package let roles: [Role]
    /// The branch, or HQ's own record.
    package let branch: RecordID

    package init(login: String, name: String, roles: [Role], branch: RecordID) {
        self.login = login
        self.name = name
        self.roles = roles
        self.branch = branch
    }
}

extension WriteAccess {
    /// Writes a new user's record.
    /// - Parameter author: this node's record.
    /// - Returns: nil when somebody has that login.
    package func add(_ draft: PersonDraft, author: RecordID) throws -> RecordID? {
        if try person(login: draft.login) != nil { return nil }
        let id = environment.newRecordID()
        let fields: [(String, Value)] =
            [
                ("login", .text(draft.login)), ("name", .text(draft.name)), ("branch", .reference(draft.branch)),
                ("active", .bool(true)),
            ] + draft.roles.map { ("roles", .text($0.rawValue)) }
        try commit([create(Catalogue.user, id, fields, home: draft.branch)], author: author)
        return id
    }

    /// Writes the record of a branch, under a code that no other branch has.
    package func addBranch(name: String, code: BranchCode, author: RecordID) throws -> BranchRecord {
        try addBranch(environment.newRecordID(), name: name, code: code, author: author)
    }

    /// Writes HQ's own record, which is its own author.
    package func addHeadquarters(_ id: RecordID, name: String) throws -> BranchRecord {
        try addBranch(id, name: name, code: .headquarters, author: id)
    }

    private func addBranch(
        _ id: RecordID, name: String, code: BranchCode, author: RecordID
    ) throws -> BranchRecord {
        let code = code.text(taken: Set(try branchRecords().map(\.code)))
        let fields: [(String, Value)] = [("name", .text(name)), ("code", .text(code))]
        try commit([create(Catalogue.branch, id, fields, home: id)], author: author)
        guard let record = try branchRecord(id) else { throw ByteReader.damage }
        return record
    }

    func create(
        _ entity: EntityDeclaration, _ id: RecordID, _ fields: [(String, Value)], home: RecordID
    ) -> LocalChange {
        let scope = ScopeRule.scope(
            of: entity, id: id, home: home,
            reference: { name in
                if case .reference(let target)? = fields.first(where: { $0.0 == name })?.1 { target } else { nil }
            }, scopeOf: { _ in nil })
        let edits = fields.compactMap { name, value in
            entity.field(named: name).map { FieldEdit(tag: $0.tag, edit: .put(value)) }
        }
        return LocalChange(
            type: entity.tag, record: id, creates: true,
            edits: [FieldEdit(tag: .scope, edit: .put(.text(scope)))] + edits)
    }
}

/// How a branch gets its code for readable numbers: two letters and a number, such as GZ03.
package enum BranchCode: Sendable {
    case headquarters
    /// The letters are the first two of the name, or BR where it has none.
    case branch(named: String)

    func text(taken: Set<String>) -> String {
        let letters: String
        switch self {
        case .headquarters: letters = "HQ"
        case .branch(let name):
            let latin = name.uppercased().filter { $0.isASCII && $0.isLetter }.prefix(2)
            letters = latin.count == 2 ? String(latin) : "BR"
        }
        var number = taken.isEmpty ? 0 : 1
        while taken.contains(letters + Self.digits(number)) { number += 1 }
        return letters + Self.digits(number)
    }

    private static func digits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
