import Foundation
package import SyncCore

/// By whose right a change set came into a node's log, as the node keeps it.
package struct AuditAuthority: Sendable {
    package let way: WireAuditAuthority.Way
    /// Whose session or bundle it was: a device's id or a node's record.
    package let carrier: RecordID?
    /// The record of the node that judged; nil: the node that keeps this.
    package let judge: RecordID?
    package let roles: [String]
    /// Whose key signed: of a set its author's device or node; of a receipt the node that gave it.
    package let signer: Identity?
    /// Who certified that key.
    package let certifier: Identity?

    /// The certificates were held against the root when they came.
    package init(_ bytes: [UInt8]) throws(WireError) {
        let kept = try WireAuditAuthority(bounded: bytes)
        var identities: [Identity] = []
        for signed in kept.chain { identities.append(try Certificate(verifying: signed).identity) }
        way = kept.way
        carrier = RecordID(bytes: [UInt8](kept.carrier))
        judge = RecordID(bytes: [UInt8](kept.judge))
        roles = kept.roles
        signer = identities.first
        certifier = identities.dropFirst().first ?? identities.first
    }
}
