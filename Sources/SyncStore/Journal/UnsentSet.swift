package import SyncCore

/// An own change set as the journal keeps it: enough to go on with the chain, or to write it again.
package struct UnsentSet: Hashable, Sendable {
    package let replica: ReplicaID
    package let seq: UInt64
    /// When it was made: milliseconds since 1970 by this machine's clock.
    let wall: Int64
    /// The hash of the set before it; nil where that is not known.
    let before: [UInt8]?
    let hash: [UInt8]
    let bytes: [UInt8]
    /// Why a node refused it, where that is known.
    var refusal: RefusalReason?
}

extension UnsentSet {
    func encode(to out: inout ByteWriter) {
        out.unsigned(replica.raw)
        out.unsigned(seq)
        out.signed(wall)
        out.counted(before ?? [])
        out.counted(hash)
        out.counted(bytes)
    }

    init(from input: inout ByteReader) throws {
        replica = ReplicaID(try input.unsigned())
        seq = try input.unsigned()
        wall = try input.signed()
        let before = try input.counted()
        self.before = before.isEmpty ? nil : before
        hash = try input.counted()
        bytes = try input.counted()
    }
}
