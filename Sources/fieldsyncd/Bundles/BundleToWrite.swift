import Foundation
import SyncClient
import SyncServer
import SyncStore
import SyncWire
import Verbs

/// A bundle of a node: upward what it holds for others, downward what they have not seen yet, whichever the reader is
/// below or above.
struct BundleToWrite {
    private let node: OwnedNode
    private let recipient: (key: [UInt8], name: String)?
    private let taken: BundleTaking?
    private var runs: BundledRuns?
    private var pages: BundledPages?

    /// Answers a bundle.
    /// - Parameter taken: what became of the asker's runs.
    init(_ node: OwnedNode, answering asker: SealedBundle, taken: BundleTaking) throws {
        (self.node, self.taken) = (node, taken)
        recipient = (asker.writer.key.bytes, asker.writer.name)
        let isForDevice = asker.writer.kind == .device
        if !node.identity.isHQ && !isForDevice {
            runs = try BundledRuns(store: node.node.store, identity: node.client, all: false)
        }
        if node.identity.isHQ || isForDevice, taken.mayRead {
            pages = try BundledPages(node.node, answering: asker)
        }
    }

    /// Nobody asked for it.
    /// - Parameter recipient: who gets all that he may hold; nil: it goes up, whoever can use it.
    init(_ node: OwnedNode, for recipient: BundleRecipient?, all: Bool) throws {
        (self.node, taken) = (node, nil)
        self.recipient = recipient.map { ($0.key, $0.name) }
        if let recipient {
            pages = BundledPages(node.node, wholeFor: recipient.holder)
        } else {
            runs = try BundledRuns(store: node.node.store, identity: node.client, all: all)
        }
    }

    func write(to path: String) throws -> ExportedBundle {
        var header = WireBundleHeader(
            by: node.identity.chain, node.identity.root, for: recipient,
            at: node.node.store.environment.wallMilliseconds())
        var (runs, pages) = (runs, pages)
        runs?.describe(in: &header)
        pages?.describe(in: &header)
        let bytes = try BundleVerb.write(path, header, by: node.identity.key) { writer in
            try runs?.add(to: writer)
            try taken?.add(to: writer)
            try pages?.add(to: writer)
        }
        return ExportedBundle(
            file: path, bytes: bytes, for: recipient?.name, sets: runs?.sets ?? 0, states: pages?.states ?? 0,
            receipts: (taken?.answers ?? 0) + (pages?.receipts ?? 0), unsigned: runs?.unsigned ?? [])
    }
}
