/// One field of a write: a value or nothing, and the dots that it overwrites.
package struct FieldWrite: Hashable, Sendable {
    package let tag: FieldTag
    package let value: Value?
    /// Sorted, without repetition.
    package let overwrites: [Dot]

    package init(tag: FieldTag, value: Value?, overwrites: some Sequence<Dot> = []) {
        self.tag = tag
        self.value = value
        self.overwrites = Set(overwrites).sorted()
    }
}

/// One record's field writes by one replica, all under one dot.
package struct Write: Hashable, Sendable {
    package let dot: Dot
    /// Whether this write makes the record.
    package let creates: Bool
    /// The rule that made the record; its writes carry timestamp 0 and the rule as author (sync-model §2).
    package let rule: RecordID?
    /// Sorted by tag; at most one entry a field.
    package let fields: [FieldWrite]

    package init(dot: Dot, creates: Bool = false, rule: RecordID? = nil, fields: [FieldWrite]) {
        self.dot = dot
        self.creates = creates
        self.rule = rule
        self.fields = fields.sorted { $0.tag < $1.tag }
    }
}

/// What a change set does to one record.
package struct Change: Hashable, Sendable {
    package enum Effect: Hashable, Sendable {
        case write(Write)
        /// What a replica still knows of a record that a node lost; the effect is a join.
        case witness(RecordState)
    }

    package let type: TypeTag
    package let record: RecordID
    package let effect: Effect

    package init(type: TypeTag, record: RecordID, effect: Effect) {
        self.type = type
        self.record = record
        self.effect = effect
    }

    package init(type: TypeTag, record: RecordID, write: Write) {
        self.init(type: type, record: record, effect: .write(write))
    }

    package var write: Write? { if case .write(let write) = effect { write } else { nil } }
}

/// One local transaction: applied all or nothing. Its number, its replica and the hash before it belong to the chain
/// that carries it (`ChainPosition`), not to its bytes.
package struct ChangeSet: Hashable, Sendable {
    package let timestamp: Timestamp
    /// The person (or the node itself) who wrote.
    package let author: RecordID
    /// The hash of the set that this one re-authors after a fork (sync-model §4).
    package let replaces: [UInt8]?
    package let changes: [Change]

    package init(timestamp: Timestamp, author: RecordID, replaces: [UInt8]? = nil, changes: [Change]) {
        self.timestamp = timestamp
        self.author = author
        self.replaces = replaces
        self.changes = changes
    }
}
