package import SyncCore
package import SyncStore
import SyncWire

/// What came of comparing all that a replica and its node hold.
package struct ComparisonReport: Hashable, Sendable {
    /// Scopes that were not the same on both sides.
    package internal(set) var differing = 0
    /// Records that were damaged here and are again what the node has.
    package internal(set) var mended: [RecordID] = []
    /// Records of which the node had more than was held here; the first of them.
    package internal(set) var brought: [RecordID] = []
    package internal(set) var received = 0
    /// Records of which the node lost what is held here and to which it was sent again.
    package internal(set) var witnessed = 0
    /// Records of which only this replica holds what it holds.
    package internal(set) var missing: [RecordID] = []
}

extension Exchange {
    /// Exchanges, mends what is damaged here, then compares all that both sides hold, whatever the checkpoint says
    /// (sync-model §5): what differs after an exchange is a fault of one of the two.
    /// - Parameters:
    ///   - found: what is wrong here.
    ///   - catchUp: exchanges; where a server owns the data, its uplink does.
    package func verify(_ found: Verification, catchUp: (() throws -> Void)? = nil) throws -> ComparisonReport {
        do { return try compare(found, catchUp ?? { [self] in _ = try run() }) } catch let error as WireError {
            throw ExchangeFailure(error)
        } catch let forked as OwnReplicaForked {
            throw ForkFound(replica: forked.replica, from: nil).failure
        }
    }

    private func compare(_ found: Verification, _ catchUp: () throws -> Void) throws -> ComparisonReport {
        try catchUp()
        var report = ComparisonReport()
        var first = Reconcile(store: store, upstream: upstream, destination: .joined)
        let states = try first.states(of: found.damaged)
        report.mended = try store.write { try $0.mend(found, by: states) }
        _ = try first.run()
        report.differing = first.differing.count
        (report.received, report.brought) = (first.received, first.brought)
        if first.surplus.isEmpty { return report }
        // What was written here in between is on its way: only what the node lacks still is lost there.
        try catchUp()
        var second = Reconcile(store: store, upstream: upstream, destination: .joined)
        _ = try second.run()
        report.missing = Set(first.surplus).intersection(second.surplus).sorted()
        if mayWitness(second), !report.missing.isEmpty {
            let lost = report.missing
            let author = try upstream.identity.author
            report.missing = try store.write { try $0.witness(lost, author: author) }
            report.witnessed = lost.count - report.missing.count
            try catchUp()
        }
        return report
    }
}
