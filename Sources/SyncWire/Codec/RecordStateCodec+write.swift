import SyncCore

extension RecordStateCodec {
    static func write(type: TypeTag, id: RecordID, state: RecordState, to writer: inout WireWriter) {
        let places = places(in: state)
        let replicas = IndexTable(of: named(in: state))
        let authors = IndexTable(of: authors(at: places, in: state))
        writer.id(1, id)
        writer.number(2, UInt64(type))
        writer.replicas(3, replicas)
        for author in authors.elements { writer.id(4, author) }
        write(state.known, replicas, to: &writer)
        var start = 0
        for index in places.indices where index + 1 == places.count || !places.isSameWrite(index, index + 1, in: state)
        {
            let group = places[start...index]
            writer.message(6) { write(group, of: state, after: id.milliseconds, replicas, authors, to: &$0) }
            start = index + 1
        }
        for field in state.fields {
            for dot in field.state.superseded { write(field.tag, dot, replicas, to: &writer) }
        }
    }

    private static func write(_ known: KnownDots, _ replicas: IndexTable<ReplicaID>, to writer: inout WireWriter) {
        for run in known.runs {
            writer.message(5) {
                $0.number(1, replicas.index(of: run.replica))
                $0.number(2, run.first - 1)
                $0.number(3, run.last)
            }
        }
    }

    private static func write(
        _ group: ArraySlice<SiblingPlace>, of state: RecordState, after start: Int64,
        _ replicas: IndexTable<ReplicaID>, _ authors: IndexTable<RecordID>, to writer: inout WireWriter
    ) {
        let write = group[group.startIndex].sibling(in: state)
        writer.number(1, replicas.index(of: write.dot.replica))
        writer.number(2, write.dot.n)
        writer.signed(3, write.timestamp.milliseconds &- start)
        writer.number(4, UInt64(write.timestamp.counter))
        writer.number(5, authors.index(of: write.author))
        for place in group {
            writer.message(6) {
                $0.number(1, UInt64(state.fields[place.field].tag))
                ValueCodec.write(state.fields[place.field].state.siblings[place.sibling].value, to: &$0)
            }
        }
    }

    private static func write(
        _ tag: FieldTag, _ dot: Dot, _ replicas: IndexTable<ReplicaID>, to writer: inout WireWriter
    ) {
        writer.message(7) {
            $0.number(1, UInt64(tag))
            $0.number(2, replicas.index(of: dot.replica))
            $0.number(3, dot.n)
        }
    }

    private static func authors(at places: [SiblingPlace], in state: RecordState) -> [RecordID] {
        var authors: [RecordID] = []
        for place in places {
            let author = state.fields[place.field].state.siblings[place.sibling].author
            if authors.last != author { authors.append(author) }
        }
        return authors
    }

    private static func named(in state: RecordState) -> [ReplicaID] {
        var replicas: [ReplicaID] = []
        // Runs and siblings of one replica mostly follow one another.
        func name(_ replica: ReplicaID) { if replicas.last != replica { replicas.append(replica) } }
        for run in state.known.runs { name(run.replica) }
        for field in state.fields {
            for sibling in field.state.siblings { name(sibling.dot.replica) }
            for dot in field.state.superseded { name(dot.replica) }
        }
        return replicas
    }

    /// Every sibling, by write, then by field.
    private static func places(in state: RecordState) -> [SiblingPlace] {
        var places: [SiblingPlace] = []
        places.reserveCapacity(state.fields.count)
        for field in state.fields.indices {
            for sibling in state.fields[field].state.siblings.indices {
                places.append(SiblingPlace(field: field, sibling: sibling))
            }
        }
        // Most states hold one write, whose fields are in order as they stand.
        let isInOrder = places.indices.dropFirst().allSatisfy { places.isSameWrite($0 - 1, $0, in: state) }
        if isInOrder { return places }
        return places.sorted { a, b in
            let (x, y) = (a.sibling(in: state), b.sibling(in: state))
            return x.isSameWrite(as: y) ? a.field < b.field : x.isBefore(y)
        }
    }
}

/// Where a sibling stands in a state: copies of them all would cost more than the writing.
private struct SiblingPlace {
    let field: Int
    let sibling: Int

    func sibling(in state: RecordState) -> Sibling { state.fields[field].state.siblings[sibling] }
}

extension [SiblingPlace] {
    fileprivate func isSameWrite(_ a: Int, _ b: Int, in state: RecordState) -> Bool {
        self[a].sibling(in: state).isSameWrite(as: self[b].sibling(in: state))
    }
}

/// A sibling and the field that it stands in.
struct SiblingEntry: Comparable {
    let tag: FieldTag
    let sibling: Sibling

    /// By write, then by field. A write is one dot; copies of it that were stamped twice are two.
    static func < (a: Self, b: Self) -> Bool { a.isSameWrite(as: b) ? a.tag < b.tag : a.sibling.isBefore(b.sibling) }

    func isSameWrite(as other: Self) -> Bool { sibling.isSameWrite(as: other.sibling) }
}

extension Sibling {
    fileprivate func isSameWrite(as other: Sibling) -> Bool {
        dot == other.dot && timestamp == other.timestamp && author == other.author
    }

    fileprivate func isBefore(_ other: Sibling) -> Bool {
        if dot != other.dot { return dot < other.dot }
        return timestamp != other.timestamp ? timestamp < other.timestamp : author < other.author
    }
}

extension [SiblingEntry] {
    /// Whether no two neighbours are out of order.
    func isAscending(by areInOrder: (SiblingEntry, SiblingEntry) -> Bool) -> Bool {
        indices.dropFirst().allSatisfy { areInOrder(self[$0 - 1], self[$0]) }
    }
}
