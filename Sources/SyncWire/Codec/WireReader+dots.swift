import SyncCore

/// What makes dots and runs of dots one form only.
extension WireReader {
    func run(_ replica: ReplicaID, _ first: UInt64, _ last: UInt64) throws(WireError) -> KnownDots.Run {
        guard first > 0, first <= last, last <= Limits.dotNumberMax else { throw malformed("no run of dots") }
        return KnownDots.Run(replica, first, last)
    }

    func dot(_ replica: ReplicaID?, _ n: UInt64) throws(WireError) -> Dot {
        guard let replica else { throw malformed("an index is outside the table of replicas") }
        guard n > 0, n <= Limits.dotNumberMax else { throw malformed("no number of a write") }
        return Dot(replica, n)
    }

    /// Runs are in order, and two runs of one replica leave a hole between them.
    func demand(_ run: KnownDots.Run, follows previous: KnownDots.Run) throws(WireError) {
        let follows = previous.replica == run.replica ? previous.last + 1 < run.first : previous.replica < run.replica
        guard follows else { throw malformed("runs of dots are out of order, overlap or touch") }
    }

    /// A table of replicas: packed, sorted, each once.
    mutating func replicas(_ field: UInt8) throws(WireError) -> IndexTable<ReplicaID> {
        var replicas: [ReplicaID] = []
        try packed(field) { reader throws(WireError) in
            replicas.append(ReplicaID(try reader.littleEndian64()))
        }
        guard let table = IndexTable(sorted: replicas) else { throw malformed("replicas are out of order or repeated") }
        return table
    }
}
