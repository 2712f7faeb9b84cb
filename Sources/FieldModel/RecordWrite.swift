package import SyncCore

/// A write to one record, with what is needed to judge it.
package struct RecordWrite: Sendable {
    package let type: TypeTag
    package let record: RecordID
    package let write: Write
    /// The same change set creates the record, in this write or in another one.
    package let isNew: Bool
    /// Per field, the values of the overwritten siblings that are held here: what the author had seen.
    package let seen: [FieldTag: [Value]]
    /// Of a proposal: the field that it is about; nil where its subject is not here.
    package let proposed: ProposedField?

    package init(
        type: TypeTag, record: RecordID, write: Write, isNew: Bool, seen: [FieldTag: [Value]],
        proposed: ProposedField? = nil
    ) {
        self.type = type
        self.record = record
        self.write = write
        self.isNew = isNew
        self.seen = seen
        self.proposed = proposed
    }

    /// The value that the write gives a field; nil when it gives none.
    func value(of name: String) -> Value? {
        guard let tag = Catalogue.entity(type)?.field(named: name)?.tag else { return nil }
        return write.fields.first { $0.tag == tag }?.value
    }

    /// Whether it takes back refused writes and does nothing else.
    package var onlyDiscards: Bool { !write.creates && write.fields.allSatisfy(isDiscard) }

    /// A write of nothing over own dots that are not held here: the author discards what was refused (sync-model §6).
    /// It changes nothing here, so no rule is against it.
    func isDiscard(_ field: FieldWrite) -> Bool {
        field.value == nil && seen[field.tag, default: []].isEmpty
            && field.overwrites.allSatisfy { $0.replica == write.dot.replica }
    }
}
