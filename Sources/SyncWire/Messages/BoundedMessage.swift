package import SwiftProtobuf

/// A message that is decoded only after its pieces were counted.
package protocol BoundedMessage: SwiftProtobuf.Message {
    /// What `demandBounds` holds the bytes against.
    static func demandBounds(_ bytes: [UInt8]) throws(WireError)
}

extension BoundedMessage {
    /// Fields that this version does not know are passed over: what must be understood has a codec of its own.
    package init(bounded bytes: [UInt8]) throws(WireError) {
        try Self.demandBounds(bytes)
        do {
            try self.init(serializedBytes: bytes)
        } catch {
            throw .malformed("no \(Self.protoMessageName)")
        }
    }
}

extension SwiftProtobuf.Message {
    /// The message's bytes. Encoding fails only for what no message here has: required fields, or 2 GiB.
    package var encoded: [UInt8] {
        do {
            return try serializedBytes()
        } catch {
            preconditionFailure("a message could not be encoded: \(error)")
        }
    }
}

extension Shape {
    fileprivate func demand(_ bytes: [UInt8]) throws(WireError) {
        var reader = WireReader(bytes)
        try demand(&reader)
    }
}

extension WireSignedCertificate: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.signedCertificate.demand(bytes) }
}
extension WireReceipt: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.receipt.demand(bytes) }
}
extension WireSignedReceipt: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.signedReceipt.demand(bytes) }
}
extension WireRun: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.run.demand(bytes) }
}
extension WirePushRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.pushRequest.demand(bytes) }
}
extension WirePushResponse: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.pushResponse.demand(bytes) }
}
extension WirePullRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.pullRequest.demand(bytes) }
}
extension WirePullResponse: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.pullResponse.demand(bytes) }
}
extension WireReconcileRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.reconcileRequest.demand(bytes) }
}
extension WireReconcileResponse: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.reconcileResponse.demand(bytes) }
}
extension WireEnrollRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.enrollRequest.demand(bytes) }
}
extension WireEnrollResponse: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.enrollResponse.demand(bytes) }
}
extension WireSessionRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.sessionRequest.demand(bytes) }
}
extension WireSessionResponse: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.sessionResponse.demand(bytes) }
}
extension WireAuditHead: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.auditHead.demand(bytes) }
}
extension WireSignedAuditHead: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.signedAuditHead.demand(bytes) }
}
extension WireAuditRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.auditRequest.demand(bytes) }
}
extension WireAuditResponse: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.auditResponse.demand(bytes) }
}
extension WireAuditAuthority: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.auditAuthority.demand(bytes) }
}
extension WireAuditHeads: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.auditHeads.demand(bytes) }
}
extension WireBundlePart: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) { try Shape.bundlePart.demand(bytes) }
}
