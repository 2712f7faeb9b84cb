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
    private let asker: SealedBundle?
    private let taken: BundleTaking?
    private var runs: BundledRuns?
    private var pages: BundledPages?

    /// - Parameters:
    ///   - asker: the bundle that is answered; nil: whoever can use it.
    ///   - taken: what became of the asker's runs.
    init(_ node: OwnedNode, answering asker: SealedBundle?, taken: BundleTaking? = nil, all: Bool = false) throws {
        (self.node, self.asker, self.taken) = (node, asker, taken)
        let isForDevice = asker?.writer.kind == .device
        if !node.identity.isHQ && !isForDevice {
            runs = try BundledRuns(store: node.node.store, identity: node.client, all: all)
        }
        if node.identity.isHQ || isForDevice, taken?.mayRead != false {
            pages = try BundledPages(node.node, answering: asker)
        }
    }

    func write(to path: String) throws -> ExportedBundle {
        var header = WireBundleHeader(
            by: node.identity.chain, for: asker?.writer, at: node.node.store.environment.wallMilliseconds())
        var (runs, pages) = (runs, pages)
        runs?.describe(in: &header)
        pages?.describe(in: &header)
        let bytes = try BundleVerb.write(path, header, by: node.identity.key) { writer in
            try runs?.add(to: writer)
            try taken?.add(to: writer)
            try pages?.add(to: writer)
        }
        return ExportedBundle(
            file: path, bytes: bytes, for: asker?.writer.name, sets: runs?.sets ?? 0, states: pages?.states ?? 0,
            receipts: (taken?.answers ?? 0) + (pages?.receipts ?? 0), unsigned: runs?.unsigned ?? [])
    }
}
