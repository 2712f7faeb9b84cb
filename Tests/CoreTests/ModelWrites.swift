import FieldModel
import SyncCore

/// Writes for the tests of rules.
enum ModelWrites {
    static let record = RecordID(high: 1, low: 1)
    static let dot = Dot(ReplicaID(1), 1)

    /// A write of values to fields by name; `seen` are the values that its author had seen there.
    static func write(
        _ entity: EntityDeclaration, _ values: [String: Value?], creating: Bool, seen: [String: [Value]] = [:],
        overwrites: [Dot] = []
    ) -> RecordWrite {
        let fields = values.map { name, value in
            FieldWrite(tag: entity.field(named: name)!.tag, value: value, overwrites: overwrites)
        }
        return RecordWrite(
            type: entity.tag, record: record, write: Write(dot: dot, creates: creating, fields: fields),
            isNew: creating,
            seen: Dictionary(uniqueKeysWithValues: seen.map { (entity.field(named: $0)!.tag, $1) }))
    }
}
