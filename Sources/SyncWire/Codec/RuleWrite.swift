package import SyncCore

/// A record that a rule makes is written alike by every replica that the rule makes it at: its dot is the hash of what
/// is written, so that made twice it is a duplicate.
package enum RuleWrite {
    /// - Parameter fields: values derived from the rule and its origin alone, each once; nothing is overwritten.
    package static func write(type: TypeTag, record: RecordID, rule: RecordID, fields: [FieldWrite]) -> Write {
        let dot = dot(type: type, record: record, rule: rule, fields: fields)
        return Write(dot: dot, creates: true, rule: rule, fields: fields)
    }

    /// Whether the write creates its record, overwrites nothing, and has the dot of its content.
    static func isGenuine(_ write: Write, rule: RecordID, type: TypeTag, record: RecordID) -> Bool {
        write.creates && write.fields.allSatisfy(\.overwrites.isEmpty)
            && write.dot == dot(type: type, record: record, rule: rule, fields: write.fields)
    }

    /// Over the change as it is encoded when its dot is left out.
    private static func dot(type: TypeTag, record: RecordID, rule: RecordID, fields: [FieldWrite]) -> Dot {
        let unnamed = Write(dot: Dot(ReplicaID(0), 1), creates: true, rule: rule, fields: fields)
        var content = WireWriter(reserving: 256)
        ChangeCodec(replica: ReplicaID(0), others: IndexTable(of: []))
            .write(Change(type: type, record: record, write: unnamed), to: &content)
        return Dot(ReplicaID(Hash.short(Array("fieldsync rule v1\0".utf8) + content.bytes).0), 1)
    }
}
