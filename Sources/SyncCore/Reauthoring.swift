/// An own change set that is written again under a new replica after a fork (sync-model §4, R-96).
package struct OwnSet: Sendable {
    package let hash: [UInt8]
    package let set: ChangeSet

    package init(hash: [UInt8], set: ChangeSet) {
        self.hash = hash
        self.set = set
    }
}

package enum Reauthoring {
    /// The same sets under new dots. Own dots of these sets are mapped wherever they stand: in overwrites and in a
    /// delete's value. The old dots are not named. Each new set names the hash that it replaces.
    /// - Parameter nextDot: the dot of the next write to a record under the new replica; called once a write, in order.
    package static func rewrite(_ sets: [OwnSet], nextDot: (RecordID) -> Dot) -> [ChangeSet] {
        var renamed: [RecordID: [Dot: Dot]] = [:]
        for change in sets.flatMap(\.set.changes) {
            if let write = change.write, write.rule == nil {
                renamed[change.record, default: [:]][write.dot] = nextDot(change.record)
            }
        }
        return sets.map { own in
            ChangeSet(
                timestamp: own.set.timestamp, author: own.set.author, replaces: own.hash,
                changes: own.set.changes.map { rewrite($0, renamed[$0.record] ?? [:]) })
        }
    }

    private static func rewrite(_ change: Change, _ renamed: [Dot: Dot]) -> Change {
        guard let write = change.write, write.rule == nil, let dot = renamed[write.dot] else { return change }
        let fields = write.fields.map { field in
            FieldWrite(
                tag: field.tag, value: field.value.map { rewrite($0, renamed) },
                overwrites: field.overwrites.map { renamed[$0] ?? $0 })
        }
        return Change(
            type: change.type, record: change.record,
            write: Write(dot: dot, creates: write.creates, fields: fields))
    }

    private static func rewrite(_ value: Value, _ renamed: [Dot: Dot]) -> Value {
        if case .known(let dots) = value { .known(dots.replacing(renamed)) } else { value }
    }
}
