import SyncCore

extension RecordStateCodec {
    static func write(type: TypeTag, id: RecordID, state: RecordState, to writer: inout WireWriter) {
        let entries = entries(of: state)
        let replicas = IndexTable(of: named(in: state))
        let authors = IndexTable(of: authors(of: entries))
        writer.id(1, id)
        writer.number(2, UInt64(type))
        writer.replicas(3, replicas)
        for author in authors.elements { writer.id(4, author) }
        write(state.known, replicas, to: &writer)
        for group in entries.groupedByWrite {
            writer.message(6) { write(group, after: id.milliseconds, replicas, authors, to: &$0) }
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
        _ group: ArraySlice<SiblingEntry>, after start: Int64, _ replicas: IndexTable<ReplicaID>,
        _ authors: IndexTable<RecordID>, to writer: inout WireWriter
    ) {
        let write = group[group.startIndex].sibling
        writer.number(1, replicas.index(of: write.dot.replica))
        writer.number(2, write.dot.n)
        writer.signed(3, write.timestamp.milliseconds &- start)
        writer.number(4, UInt64(write.timestamp.counter))
        writer.number(5, authors.index(of: write.author))
        for entry in group {
            writer.message(6) {
                $0.number(1, UInt64(entry.tag))
                ValueCodec.write(entry.sibling.value, to: &$0)
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

    private static func authors(of entries: [SiblingEntry]) -> [RecordID] {
        var authors: [RecordID] = []
        for entry in entries where authors.last != entry.sibling.author { authors.append(entry.sibling.author) }
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

    private static func entries(of state: RecordState) -> [SiblingEntry] {
        var entries: [SiblingEntry] = []
        entries.reserveCapacity(state.fields.count)
        for field in state.fields {
            for sibling in field.state.siblings { entries.append(SiblingEntry(tag: field.tag, sibling: sibling)) }
        }
        // Most states hold one write, whose fields are in order as they stand.
        return entries.isAscending { $0 < $1 } ? entries : entries.sorted()
    }
}

/// A sibling and the field that it stands in.
struct SiblingEntry: Comparable {
    let tag: FieldTag
    let sibling: Sibling

    /// By write, then by field. A write is one dot; copies of it that were stamped twice are two.
    static func < (a: Self, b: Self) -> Bool { a.isSameWrite(as: b) ? a.tag < b.tag : a.sibling.isBefore(b.sibling) }

    func isSameWrite(as other: Self) -> Bool {
        sibling.dot == other.sibling.dot && sibling.timestamp == other.sibling.timestamp
            && sibling.author == other.sibling.author
    }
}

extension Sibling {
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

    fileprivate var groupedByWrite: [ArraySlice<SiblingEntry>] {
        var groups: [ArraySlice<SiblingEntry>] = []
        var start = 0
        for index in indices where index + 1 == count || !self[index].isSameWrite(as: self[index + 1]) {
            groups.append(self[start...index])
            start = index + 1
        }
        return groups
    }
}
