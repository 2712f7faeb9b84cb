/// What a person is shown of a field (sync-model §2, third column; R-93). Nothing is pruned by it.
extension FieldState {
    /// The siblings in the order of writing: (timestamp, replica, n). A log's entries.
    package var inOrder: [Sibling] { siblings.count < 2 ? siblings : siblings.sorted(by: Sibling.shownBefore) }

    /// The shown sibling of a register or review field; nil when nothing is set.
    package var latest: Sibling? { siblings.max(by: Sibling.shownBefore) }

    /// The shown sibling of a ranked field: the highest rank, of equals the latest. A value without a rank is lowest.
    package func highest(rank: (Value) -> Int?) -> Sibling? {
        siblings.max { a, b in
            let (x, y) = (rank(a.value) ?? -1, rank(b.value) ?? -1)
            return x != y ? x < y : Sibling.shownBefore(a, b)
        }
    }

    /// Distinct values, sorted: a set's elements; more than one in a register: written concurrently.
    package var distinctValues: [Value] {
        siblings.count < 2 ? siblings.map(\.value) : Set(siblings.map(\.value)).sorted()
    }

    /// A counter's sum over all increments; values that are no integers count nothing, and it stops at the limits of
    /// 64 bits instead of wrapping.
    package var sum: Int64 {
        let total = siblings.reduce(into: Int128(0)) { total, sibling in
            if case .integer(let increment) = sibling.value { total += Int128(increment) }
        }
        return Int64(clamping: total)
    }

    package func isConcurrent(kind: FieldKind) -> Bool {
        switch kind {
        case .register, .review, .ranked: distinctValues.count > 1
        case .set, .log, .counter: false
        }
    }
}

extension RecordState {
    /// The text of the `scope` register, nil when it was never delivered.
    package var scope: String? {
        if case .text(let scope)? = self[.scope].latest?.value { scope } else { nil }
    }

    package enum Deletion: Equatable, Sendable {
        case present
        case deleted
        /// Siblings that no deleter had seen: a person must decide (sync-model §8, R-94).
        case deletedButEdited([FieldTag])
    }

    package var deletion: Deletion {
        let deletes = self[.deleted].siblings
        if deletes.isEmpty { return .present }
        var seen = KnownDots()
        for delete in deletes {
            if case .known(let dots) = delete.value { seen.formUnion(dots) }
            seen.insert(delete.dot)
        }
        let edited = fields.filter { field in
            field.tag != .deleted && field.tag != .scope && field.state.siblings.contains { !seen.contains($0.dot) }
        }
        return edited.isEmpty ? .deleted : .deletedButEdited(edited.map(\.tag))
    }
}
