package import SyncCore

/// An author's signature over the head of a run, which a node keeps beside its log: whoever relays the run needs it, for
/// nobody else can sign for the author. The node that takes a run in keeps it in the same transaction.
package enum HeadSignature {
    /// The key among the store's `meta`; the value is the signature's 64 bytes.
    package static func metaKey(_ replica: ReplicaID, seq: UInt64) -> String { "head_signature/\(replica)/\(seq)" }

    package static func of(_ replica: ReplicaID, at seq: UInt64, _ access: ReadAccess) throws -> [UInt8]? {
        try access.meta(metaKey(replica, seq: seq))
    }
}
