package import FieldModel
import GRDB
package import SyncCore

/// A user's record as far as it decides who may do what.
package struct Person: Hashable, Sendable {
    package let id: RecordID
    package let login: String
    /// The words of the roles, as the record has them.
    package let roleWords: [String]
    /// The branch that the person belongs to; nil: HQ.
    package let branch: RecordID?
    /// Whether the person may act at all: neither switched off nor deleted.
    package let active: Bool

    package var roles: RoleSet { RoleSet(words: roleWords) }

    fileprivate init(_ record: StoredRecord) {
        let state = record.shown
        id = record.id
        login = Catalogue.user.shownText("login", of: state) ?? ""
        roleWords = Catalogue.user.shown("roles", of: state).compactMap { role in
            if case .text(let word) = role { word } else { nil }
        }
        branch =
            if case .reference(let id)? = Catalogue.user.shown("branch", of: state).first { id } else { nil }
        active = state.deletion != .deleted && Catalogue.user.shown("active", of: state).first != .bool(false)
    }
}

extension ReadAccess {
    /// Nil when no user with this id is held here.
    package func person(_ id: RecordID) throws -> Person? { try load(id, type: EntityTag.user).map(Person.init) }

    /// Nil when nobody here has this login; of several, who was there first.
    package func person(login: String) throws -> Person? {
        let statement = try db.cachedStatement(
            sql: "SELECT id FROM user WHERE login = ? AND deleted = 0 ORDER BY id LIMIT 1")
        return try RecordID.fetchOne(statement, arguments: [login]).flatMap { try person($0) }
    }
}

extension ReadAccess {
    /// Who may act as administrator, of those who are held here.
    package func administrators() throws -> [RecordID] {
        try RecordID.fetchAll(db, sql: "SELECT id FROM user WHERE deleted = 0 ORDER BY id").compactMap {
            guard let person = try person($0), person.active, person.roles.contains(.admin) else { return nil }
            return person.id
        }
    }
}

extension EntityDeclaration {
    /// The values that a field shows: all of a set or log, the shown one of any other, none when nothing is set.
    func shown(_ field: String, of state: RecordState) -> [Value] {
        guard let field = self.field(named: field) else { return [] }
        let held = state[field.tag]
        return field.isSingle ? field.shown(held).map { [$0.value] } ?? [] : held.distinctValues
    }

    func shownText(_ field: String, of state: RecordState) -> String? {
        if case .text(let text)? = shown(field, of: state).first { text } else { nil }
    }
}
