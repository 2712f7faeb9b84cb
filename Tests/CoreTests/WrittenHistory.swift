import SyncCore

/// A causal history with something written in it: a record with one field of each kind. What a write does to each
/// field is chosen by one bit a write, so that all choices together try every mixture of putting and taking away.
struct WrittenHistory {
    static let fields: [(tag: FieldTag, kind: FieldKind)] = [
        (3, .register), (4, .review), (200, .ranked), (5, .set), (6, .log), (70_000, .counter),
    ]

    let history: CausalHistory
    private let choices: Int
    /// As their authors made them with the rules of SyncCore, each from the state of what it had seen.
    private(set) var writes: [Write] = []

    var count: Int { history.authors.count }

    init(_ history: CausalHistory, choices: Int) {
        self.history = history
        self.choices = choices
        for index in 0..<count { writes.append(made(index)) }
    }

    /// Later writes have earlier timestamps, so that an order by time is never the order of causes.
    func timestamp(_ index: Int) -> Timestamp { Timestamp(milliseconds: Int64(100 - index / 2), counter: 1) }
    func author(_ index: Int) -> RecordID { RecordID(high: 7, low: UInt64(history.authors[index])) }

    func apply(_ index: Int, to state: inout RecordState) -> Bool {
        state.apply(writes[index], timestamp: timestamp(index), author: author(index))
    }

    private func made(_ index: Int) -> Write {
        var state = RecordState()
        for cause in history.seen[index].indices { _ = apply(cause, to: &state) }
        let fields = Self.fields.compactMap { tag, kind in
            edit(index, kind).map { edit in
                FieldWrite(
                    tag: tag, value: Self.value(edit), overwrites: state.overwritten(by: edit, tag: tag, kind: kind))
            }
        }
        return Write(dot: dot(index), fields: fields)
    }

    private func dot(_ index: Int) -> Dot {
        let n = history.authors[...index].count { $0 == history.authors[index] }
        return Dot(ReplicaID(UInt64(history.authors[index] + 1) << 62), UInt64(n))
    }

    /// What write `index` does to the field of that kind; nil when it leaves it alone.
    private func edit(_ index: Int, _ kind: FieldKind) -> Edit? {
        let bit = choices >> index & 1 == 1
        switch kind {
        case .register: return .put(.integer(Int64(index)))
        case .review: return bit ? .put(.text(index.isMultiple(of: 2) ? "even" : "odd")) : nil
        case .ranked: return bit ? .put(.integer(Int64(index % 3))) : .clear
        case .set: return bit ? .put(.text("element")) : .remove(.text("element"))
        case .log: return bit ? nil : .put(.text("entry \(index)"))
        case .counter: return .put(.integer(Int64(index) - 1))
        }
    }

    private static func value(_ edit: Edit) -> Value? { if case .put(let value) = edit { value } else { nil } }
}

/// The second opinion: what a state must be follows from the set of delivered writes and from who had seen what,
/// without applying or joining anything.
extension WrittenHistory {
    /// For every set of delivered writes (by its number) what was delivered minus what a delivered write overwrote.
    func expectedStates() -> [RecordState] {
        let rows = Self.fields.map { field in
            (tag: field.tag, siblings: siblings(field.kind), overwrites: overwrites(field.kind))
        }
        return WriteSet.subsets(of: count).map { delivered in
            let fields = rows.map { row in
                let gone = delivered.indices.reduce(into: WriteSet()) { $0.formUnion(row.overwrites[$1]) }
                let state = FieldState(
                    siblings: delivered.subtracting(gone).indices.compactMap { row.siblings[$0] },
                    superseded: gone.subtracting(delivered).indices.map { writes[$0].dot })
                return RecordState.Field(tag: row.tag, state: state)
            }
            return RecordState(known: KnownDots(delivered.indices.map { writes[$0].dot }), fields: fields)
        }
    }

    private func siblings(_ kind: FieldKind) -> [Sibling?] {
        (0..<count).map { index in
            edit(index, kind).flatMap(Self.value).map { value in
                Sibling(dot: dot(index), timestamp: timestamp(index), author: author(index), value: value)
            }
        }
    }

    /// What each write must name: the siblings that its author saw, and all of them if it replaces, none if it adds.
    private func overwrites(_ kind: FieldKind) -> [WriteSet] {
        let values = siblings(kind)
        return (0..<count).reduce(into: []) { earlier, index in
            switch (kind, edit(index, kind)) {
            case (_, nil), (.log, _), (.counter, _), (.set, .put): earlier.append([])
            default:
                let seen = history.seen[index]
                let gone = seen.indices.reduce(into: WriteSet()) { $0.formUnion(earlier[$1]) }
                earlier.append(WriteSet(seen.subtracting(gone).indices.filter { values[$0] != nil }.map(WriteSet.only)))
            }
        }
    }
}
