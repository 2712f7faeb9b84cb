/// How a person's edit becomes a write: which dots it overwrites.
package enum Edit: Hashable, Sendable {
    /// A new value of a register, review or ranked field, an element, an entry, or an increment.
    case put(Value)
    /// Clears a register, review or ranked field.
    case clear
    /// Takes an element out of a set.
    case remove(Value)
}

extension RecordState {
    /// The dots that an edit of a field overwrites, as this state shows it (sync-model §2, second column; R-92).
    package func overwritten(by edit: Edit, tag: FieldTag, kind: FieldKind) -> [Dot] {
        let siblings = self[tag].siblings
        switch (kind, edit) {
        case (.register, _), (.review, _), (.ranked, _): return siblings.map(\.dot)
        case (.set, .remove(let element)): return siblings.filter { $0.value == element }.map(\.dot)
        case (.set, _), (.log, _), (.counter, _): return []
        }
    }

    /// The greatest timestamp among the field's siblings with these dots.
    package func latestTimestamp(of dots: [Dot], tag: FieldTag) -> Timestamp {
        self[tag].siblings.filter { dots.contains($0.dot) }.map(\.timestamp).max() ?? .zero
    }
}

extension FieldWrite {
    /// For every overwritten sibling that is the writer's own and not yet in its base, also what that one overwrote,
    /// so that a set which is refused or lost leaves no gap in what was seen.
    /// - Parameter pending: own writes to the record that its base does not know, in order.
    package func closed(over pending: [Write]) -> FieldWrite {
        if overwrites.isEmpty || pending.isEmpty { return self }
        var dots = Set(overwrites)
        for write in pending.reversed() where dots.contains(write.dot) {
            dots.formUnion(write.fields.first { $0.tag == tag }?.overwrites ?? [])
        }
        return FieldWrite(tag: tag, value: value, overwrites: dots)
    }
}
