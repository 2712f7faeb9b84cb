import Foundation
import SwiftProtobuf
import SyncCore
import SyncWire

/// The keys of the vectors, so that what is behind a signature is reached too: everything here is signed.
enum Certified {
    static let hqKey = SigningKey(seed: [UInt8](repeating: 1, count: 32))
    static let branchKey = SigningKey(seed: [UInt8](repeating: 2, count: 32))
    static let hq = identity(.hq, hqKey, 1)
    static let branch = identity(.branch, branchKey, 2)
    static let root = hqKey.publicKey
    static let branchChain = [Certificate.issue(branch, by: hqKey), Certificate.issue(hq, by: hqKey)]

    private static func identity(_ kind: Identity.Kind, _ key: SigningKey, _ subject: UInt64) -> Identity {
        Identity(
            kind: kind, key: key.publicKey, subject: RecordID(high: 1, low: subject), name: "Perth", code: "PER",
            issuedAt: 0, expiresAt: 1_000_000)
    }

    /// A receipt of the branch with this content.
    static func receipt(_ bytes: [UInt8]) -> WireSignedReceipt {
        var signed = WireSignedReceipt()
        signed.receipt = Data(bytes)
        signed.signature = Data(branchKey.sign(bytes, for: .receipt))
        signed.chain = branchChain
        return signed
    }

    /// A run by the branch of the same sets, with the same number.
    static func run(_ run: WireRun) -> WireRun {
        var signed = run
        let replica = ReplicaID(run.replica)
        if run.firstSeq == 1 { signed.before = Data(ChainHash.start(of: replica)) }
        let head = ChainHash.of(run.sets.map { [UInt8]($0) }, after: [UInt8](signed.before)).last ?? []
        signed.signature = Data(branchKey.sign(head, for: .run))
        signed.chain = branchChain
        return signed
    }
}
