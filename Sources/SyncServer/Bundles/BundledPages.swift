import Foundation
package import SyncCore
import SyncStore
package import SyncWire

/// The pages that a node puts into a bundle: a whole pull, all of one snapshot.
package struct BundledPages {
    private let node: Node
    private let holder: RecordID
    private let key: PublicKey?
    private var asked = WirePullRequest()
    package private(set) var states = 0
    package private(set) var receipts = 0

    /// The whole of what a person or a branch holds.
    package init(_ node: Node, wholeFor holder: RecordID) {
        self.node = node
        self.holder = holder
        key = nil
    }

    /// What is new for whoever wrote a bundle.
    package init(_ node: Node, answering bundle: SealedBundle) throws {
        self.node = node
        holder = bundle.writer.user ?? bundle.writer.subject
        key = bundle.writer.kind == .device ? bundle.writer.key : nil
        asked.heads = bundle.header.heads
        if bundle.writer.kind == .device { asked.pageBytesMax = UInt32(Limits.smallDevicePageBytesMax) }
        let shown = bundle.header.hasCheckpoint ? bundle.header.checkpoint : nil
        if let shown, try node.store.read({ [holder] in try $0.isGood(Checkpoint(shown), for: holder) }) {
            asked.checkpoint = shown
        }
    }

    /// Says from where on the pages go.
    package func describe(in header: inout WireBundleHeader) {
        if asked.hasCheckpoint { header.since = asked.checkpoint }
    }

    package mutating func add(to writer: BundleWriter) throws {
        let (states, receipts) = try node.store.read { access in
            var (states, receipts) = (0, 0)
            var request = asked
            while true {
                let pull = Pull(
                    identity: node.identity, holder: holder, key: key, asked: request, bytesMax: request.bytesMax)
                switch try pull.look(access) {
                case .page(var page, isNews: _):
                    page.nodeTime = access.environment.wallMilliseconds()
                    try writer.add(.page(page))
                    states += page.states.count
                    receipts += page.receipts.count
                    if page.complete { return (states, receipts) }
                    request.cursor = page.cursor
                case .forked(let replica):
                    // a copy is told before it is shown anything.
                    var answer = WirePushResponse()
                    answer.results = [Self.forked(replica)]
                    try writer.add(.results(answer))
                    return (states, receipts)
                case .foreign, .rolledBack: throw Problem(.epochChanged)
                }
            }
        }
        (self.states, self.receipts) = (states, receipts)
    }

    private static func forked(_ replica: ReplicaID) -> WireRunResult {
        var result = WireRunResult()
        result.replica = replica.raw
        result.outcome = .forked
        return result
    }
}
