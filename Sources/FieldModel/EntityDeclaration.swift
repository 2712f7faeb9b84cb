package import SyncCore

/// One entity type. `tag` is permanent, like the tags of its fields.
package struct EntityDeclaration: Sendable {
    package let tag: TypeTag
    /// snake_case, as scripts and tables use it.
    package let name: String
    /// Begins the readable numbers of its records (`WO`); nil: they have none.
    package let prefix: String?
    /// Its records are never edited: a correction is a new record.
    package let neverEdited: Bool
    /// Its own fields, by tag from 3 on. `scope` and `deleted` are implicit.
    package let fields: [FieldDeclaration]
    package let label: Words
    /// Whether it has fields that tell about a natural person.
    package let isPersonal: Bool
    private let byName: [String: Int]
    private let byTag: [FieldTag: Int]

    package init(
        _ tag: TypeTag, _ name: String, prefix: String? = nil, neverEdited: Bool = false, label: Words,
        fields: [FieldDeclaration]
    ) {
        self.tag = tag
        self.name = name
        self.prefix = prefix
        self.neverEdited = neverEdited
        self.fields = fields
        self.label = label
        isPersonal = fields.contains { $0.personal != nil }
        byName = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.name, $0) })
        byTag = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1.tag, $0) })
    }

    /// One of its own fields; nil for an unknown name, and for `scope` and `deleted`, which nobody sets by name.
    package func field(named name: String) -> FieldDeclaration? { byName[name].map { fields[$0] } }

    /// One of its own fields, or an implicit one; nil for a tag that this version does not know.
    package func field(tag: FieldTag) -> FieldDeclaration? {
        switch tag {
        case .scope: Self.scope
        case .deleted: Self.deleted
        default: byTag[tag].map { fields[$0] }
        }
    }

    private static let scope = FieldDeclaration(.scope, "scope", label: Words("Scope", "范围"))
    private static let deleted = FieldDeclaration(
        .deleted, "deleted", .register, .known, label: Words("Deleted", "已删除"))
}
