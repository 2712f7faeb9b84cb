/// A value of a field with the write that it came by. Identified by its dot alone.
package struct Sibling: Hashable, Sendable {
    package let dot: Dot
    package let timestamp: Timestamp
    package let author: RecordID
    package let value: Value

    package init(dot: Dot, timestamp: Timestamp, author: RecordID, value: Value) {
        self.dot = dot
        self.timestamp = timestamp
        self.author = author
        self.value = value
    }

    /// The order in which concurrent siblings are shown: greatest last.
    package static func shownBefore(_ a: Sibling, _ b: Sibling) -> Bool {
        a.timestamp != b.timestamp ? a.timestamp < b.timestamp : a.dot < b.dot
    }
}

/// One field of a record: what nobody has overwritten, and what was overwritten here before it arrived.
package struct FieldState: Hashable, Sendable {
    /// Sorted by dot.
    package var siblings: [Sibling]
    /// Overwritten here, not (yet) delivered here; sorted; nearly always empty.
    package var superseded: [Dot]

    package init(siblings: [Sibling] = [], superseded: [Dot] = []) {
        self.siblings = siblings
        self.superseded = superseded
    }

    package var isEmpty: Bool { siblings.isEmpty && superseded.isEmpty }
}

/// The state of a record (sync-model §2): known dots and, per field, siblings and `superseded`.
package struct RecordState: Hashable, Sendable {
    package struct Field: Hashable, Sendable {
        package let tag: FieldTag
        package var state: FieldState

        package init(tag: FieldTag, state: FieldState) {
            self.tag = tag
            self.state = state
        }
    }

    package private(set) var known: KnownDots
    /// Sorted by tag; no empty field.
    package private(set) var fields: [Field]

    package init() {
        known = KnownDots()
        fields = []
    }

    /// A state as it was stored or sent; brought to its canonical form.
    package init(known: KnownDots, fields: [Field]) {
        self.known = known
        // Mostly they are in order, and each has one sibling.
        let isSorted = fields.indices.dropFirst().allSatisfy { fields[$0 - 1].tag < fields[$0].tag }
        self.fields = isSorted ? fields : fields.sorted { $0.tag < $1.tag }
        for index in self.fields.indices {
            if self.fields[index].state.siblings.count > 1 {
                self.fields[index].state.siblings.sort { $0.dot < $1.dot }
            }
            if self.fields[index].state.superseded.count > 1 { self.fields[index].state.superseded.sort() }
        }
        forgetDelivered()
    }

    package var isEmpty: Bool { known.isEmpty && fields.isEmpty }

    package subscript(tag: FieldTag) -> FieldState {
        let index = index(of: tag)
        return index < fields.count && fields[index].tag == tag ? fields[index].state : FieldState()
    }

    /// applies one write; false when its dot was known and nothing happened.
    @discardableResult
    package mutating func apply(_ write: Write, timestamp: Timestamp, author: RecordID) -> Bool {
        if known.contains(write.dot) { return false }
        for field in write.fields { apply(field, of: write, timestamp: timestamp, author: author) }
        known.insert(write.dot)
        forgetDelivered()
        return true
    }

    /// Applies a change of a set made at `timestamp` by `author`; false when nothing happened.
    @discardableResult
    package mutating func apply(_ change: Change, timestamp: Timestamp, author: RecordID) -> Bool {
        switch change.effect {
        case .write(let write):
            return apply(write, timestamp: write.rule == nil ? timestamp : .zero, author: write.rule ?? author)
        case .witness(let state):
            let before = self
            join(state)
            return self != before
        }
    }

    private mutating func apply(_ field: FieldWrite, of write: Write, timestamp: Timestamp, author: RecordID) {
        var state = self[field.tag]
        let overwrittenBefore = state.superseded.holds(write.dot)
        if !field.overwrites.isEmpty {
            state.siblings.removeAll { field.overwrites.holds($0.dot) }
            let undelivered = field.overwrites.filter { !known.contains($0) && !state.superseded.holds($0) }
            state.superseded = (state.superseded + undelivered).sorted()
        }
        if let value = field.value, !overwrittenBefore {
            state.insert(Sibling(dot: write.dot, timestamp: timestamp, author: author, value: value))
        }
        set(state, at: field.tag)
    }

    /// joins another state of the same record: commutative, associative, idempotent.
    package mutating func join(_ other: RecordState) {
        if isEmpty { self = other; return }
        if self == other { return }
        var joined: [Field] = []
        joined.reserveCapacity(max(fields.count, other.fields.count))
        var (i, j) = (0, 0)
        while i < fields.count || j < other.fields.count {
            let tag = min(i < fields.count ? fields[i].tag : .max, j < other.fields.count ? other.fields[j].tag : .max)
            var mine = FieldState()
            var theirs = FieldState()
            if i < fields.count, fields[i].tag == tag { mine = fields[i].state; i += 1 }
            if j < other.fields.count, other.fields[j].tag == tag { theirs = other.fields[j].state; j += 1 }
            joined.append(Field(tag: tag, state: Self.join(mine, known, theirs, other.known)))
        }
        known.formUnion(other.known)
        fields = joined
        forgetDelivered()
    }

    /// A sibling stays if both have it, or if the side without it has not seen it.
    private static func join(_ a: FieldState, _ knownA: KnownDots, _ b: FieldState, _ knownB: KnownDots) -> FieldState {
        var out = FieldState()
        var (i, j) = (0, 0)
        while i < a.siblings.count || j < b.siblings.count {
            let left = i < a.siblings.count ? a.siblings[i] : nil
            let right = j < b.siblings.count ? b.siblings[j] : nil
            if let left, let right, left.dot == right.dot {
                out.siblings.append(left.preferred(to: right))
                i += 1
                j += 1
            } else if let left, right.map({ left.dot < $0.dot }) ?? true {
                if !knownB.contains(left.dot) && !b.superseded.holds(left.dot) { out.siblings.append(left) }
                i += 1
            } else if let right {
                if !knownA.contains(right.dot) && !a.superseded.holds(right.dot) { out.siblings.append(right) }
                j += 1
            }
        }
        out.superseded = a.superseded == b.superseded ? a.superseded : Set(a.superseded).union(b.superseded).sorted()
        return out
    }

    /// Drops from every `superseded` what is now known, and fields of which nothing is left.
    private mutating func forgetDelivered() {
        for index in fields.indices where !fields[index].state.superseded.isEmpty {
            fields[index].state.superseded.removeAll { known.contains($0) }
        }
        if fields.contains(where: { $0.state.isEmpty }) { fields.removeAll { $0.state.isEmpty } }
    }

    private mutating func set(_ state: FieldState, at tag: FieldTag) {
        let index = index(of: tag)
        if index < fields.count, fields[index].tag == tag {
            fields[index].state = state
        } else {
            fields.insert(Field(tag: tag, state: state), at: index)
        }
    }

    private func index(of tag: FieldTag) -> Int {
        var (low, high) = (0, fields.count)
        while low < high {
            let middle = (low + high) / 2
            if fields[middle].tag < tag { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension [Dot] {
    /// Whether sorted dots have this one among them. Somebody may send a hundred thousand that overwrite as many.
    fileprivate func holds(_ dot: Dot) -> Bool {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < dot { low = middle + 1 } else { high = middle }
        }
        return low < count && self[low] == dot
    }
}

extension FieldState {
    fileprivate mutating func insert(_ sibling: Sibling) {
        let index = siblings.firstIndex { sibling.dot < $0.dot } ?? siblings.count
        siblings.insert(sibling, at: index)
    }
}

extension Sibling {
    /// Of two copies of one dot the same one at every replica: a set that was stamped again before it left has the
    /// later timestamp. (With different values the dot is forked: see `Layered.isForked`.)
    fileprivate func preferred(to other: Sibling) -> Sibling {
        if timestamp != other.timestamp { return timestamp > other.timestamp ? self : other }
        if author != other.author { return author > other.author ? self : other }
        return value >= other.value ? self : other
    }
}

extension RecordState {
    /// Whether something else stands here under a write's dot than what the write says (sync-model §5): one of the two is
    /// wrong, or two replicas write under one id.
    package func contradicts(_ write: Write) -> Bool {
        guard write.rule == nil, known.contains(write.dot) else { return false }
        return fields.contains { field in
            guard let sibling = field.state.siblings.first(where: { $0.dot == write.dot }) else { return false }
            return write.fields.first { $0.tag == field.tag }?.value != sibling.value
        }
    }

    /// All dots of `replica` that this state names: known or superseded.
    package func greatestN(of replica: ReplicaID) -> UInt64 {
        fields.reduce(known.greatest(of: replica)) { greatest, field in
            field.state.superseded.reduce(greatest) { $1.replica == replica ? max($0, $1.n) : $0 }
        }
    }
}
