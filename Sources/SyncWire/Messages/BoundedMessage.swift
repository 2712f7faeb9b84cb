package import SwiftProtobuf

/// A message that is decoded only after its pieces were counted.
package protocol BoundedMessage: SwiftProtobuf.Message {
    /// Holds the bytes against the message's shape.
    /// - Returns: how many pieces its lists have together.
    @discardableResult
    static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int
}

extension BoundedMessage {
    /// Fields that this version does not know are passed over: what must be understood has a codec of its own.
    package init(bounded bytes: [UInt8]) throws(WireError) {
        try Self.demandBounds(bytes)
        try self.init(counted: bytes)
    }

    /// Of bytes that `demandBounds` has seen.
    package init(counted bytes: [UInt8]) throws(WireError) {
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
    fileprivate func demand(_ bytes: [UInt8]) throws(WireError) -> Int {
        var (reader, count) = (WireReader(bytes), Count())
        try demand(&reader, &count)
        return count.pieces
    }
}

extension WireSignedCertificate: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.signedCertificate.demand(bytes)
    }
}
extension WireSignedRootRotation: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.signedRootRotation.demand(bytes)
    }
}
extension WireReceipt: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.receipt.demand(bytes) }
}
extension WireSignedReceipt: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.signedReceipt.demand(bytes)
    }
}
extension WireRun: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.run.demand(bytes) }
}
extension WirePushRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.pushRequest.demand(bytes) }
}
extension WirePushResponse: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.pushResponse.demand(bytes) }
}
extension WirePullRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.pullRequest.demand(bytes) }
}
extension WirePullResponse: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.pullResponse.demand(bytes) }
}
extension WireReconcileRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.reconcileRequest.demand(bytes)
    }
}
extension WireReconcileResponse: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.reconcileResponse.demand(bytes)
    }
}
extension WireEnrollRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.enrollRequest.demand(bytes)
    }
}
extension WireEnrollResponse: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.enrollResponse.demand(bytes)
    }
}
extension WireSessionRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.sessionRequest.demand(bytes)
    }
}
extension WireSessionResponse: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.sessionResponse.demand(bytes)
    }
}
extension WireAuditHead: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.auditHead.demand(bytes) }
}
extension WireSignedAuditHead: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.signedAuditHead.demand(bytes)
    }
}
extension WireAuditRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.auditRequest.demand(bytes) }
}
extension WireAuditResponse: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.auditResponse.demand(bytes)
    }
}
extension WireAuditAuthority: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.auditAuthority.demand(bytes)
    }
}
extension WireAuditHeads: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.auditHeads.demand(bytes) }
}
extension WireBundlePart: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.bundlePart.demand(bytes) }
}
extension WireDeviceOrder: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.deviceOrder.demand(bytes) }
}
extension WireSignedDeviceOrder: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.signedDeviceOrder.demand(bytes)
    }
}
extension WireWipeReport: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.wipeReport.demand(bytes) }
}
extension WireWipeReceipt: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int { try Shape.wipeReceipt.demand(bytes) }
}
extension WireHandoverRequest: BoundedMessage {
    package static func demandBounds(_ bytes: [UInt8]) throws(WireError) -> Int {
        try Shape.handoverRequest.demand(bytes)
    }
}
