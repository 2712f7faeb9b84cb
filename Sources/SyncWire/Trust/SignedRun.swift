import Foundation
import SwiftProtobuf
package import SyncCore

/// A run of change sets whose chain was recomputed and whose head its author signed.
package struct SignedRun: Sendable {
    package let author: Identity
    package let replica: ReplicaID
    /// What the first set follows.
    package let before: ChainPosition
    package let sets: [[UInt8]]
    /// Of each set, 32 bytes.
    package let hashes: [[UInt8]]

    /// Whether the sets can be read is not decided here, nor who may use the replica's id.
    package init(verifying run: WireRun, root: Roots) throws(WireError) {
        guard run.sets.count <= Limits.runSetsMax else {
            throw .tooLarge(what: "sets in a run", limit: Limits.runSetsMax)
        }
        let chain = try Self.chain(of: run)
        // The author's certificate may have expired since; revocation is the node's to know.
        let author = try CertificateChain.verify(run.chain, root: root, expiry: .ignored)
        guard let head = chain.hashes.last, author.key.verifies([UInt8](run.signature), of: head, for: .run) else {
            throw .badSignature("the head of the run of \(chain.replica)")
        }
        self.author = author
        (replica, before, sets, hashes) = chain
    }

    private typealias Links = (replica: ReplicaID, before: ChainPosition, sets: [[UInt8]], hashes: [[UInt8]])

    private static func chain(of run: WireRun) throws(WireError) -> Links {
        let replica = ReplicaID(run.replica)
        guard 1...Limits.dotNumberMax ~= run.firstSeq, !run.sets.isEmpty else {
            throw .malformed("a run has no number or no sets")
        }
        let before = ChainPosition(seq: run.firstSeq - 1, hash: [UInt8](run.before))
        guard before.hash.count == 32, before.seq > 0 || before.hash == ChainHash.start(of: replica) else {
            throw .malformed("what a run follows is not a hash, or not the beginning of its chain")
        }
        let sets = run.sets.map { [UInt8]($0) }
        guard sets.allSatisfy({ $0.count <= Limits.changeSetBytesMax }) else {
            throw .tooLarge(what: "a change set", limit: Limits.changeSetBytesMax)
        }
        return (replica, before, sets, ChainHash.of(sets, after: before.hash))
    }
}

extension ChainHash {
    /// The hash of each of the sets, which follow one another.
    package static func of(_ sets: [[UInt8]], after before: [UInt8]) -> [[UInt8]] {
        var hashes: [[UInt8]] = []
        for set in sets { hashes.append(next(after: hashes.last ?? before, set: set)) }
        return hashes
    }
}
