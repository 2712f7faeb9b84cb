import Foundation
import SwiftProtobuf
package import SyncCore

/// A device's last word, signed before its key is gone: it erased itself.
package struct WipeReport: Hashable, Sendable {
    package let device: Identity
    /// The record that ordered it.
    package let order: RecordID
    /// Milliseconds since 1970, by the device's clock.
    package let at: Int64
    /// Change sets that no node had from it.
    package let unsent: UInt64

    package init(verifying wire: WireWipeReport, root: Roots) throws(WireError) {
        device = try CertificateChain.verify(wire.chain, root: root, expiry: .ignored)
        guard let order = RecordID(bytes: [UInt8](wire.order)), device.kind == .device else {
            throw .malformed("a report of a wipe")
        }
        (self.order, at, unsent) = (order, wire.at, wire.unsent)
        let said = Self.said(order: order, at: at, unsent: unsent)
        guard device.key.verifies([UInt8](wire.signature), of: said, for: .wiped) else {
            throw .badSignature("the report of \(device.name)")
        }
    }

    package static func sign(
        order: RecordID, at: Int64, unsent: UInt64, by key: SigningKey, chain: [WireSignedCertificate]
    ) -> WireWipeReport {
        var wire = WireWipeReport()
        wire.chain = chain
        wire.order = Data(order.bytes)
        (wire.at, wire.unsent) = (at, unsent)
        wire.signature = Data(key.sign(said(order: order, at: at, unsent: unsent), for: .wiped))
        return wire
    }

    private static func said(order: RecordID, at: Int64, unsent: UInt64) -> [UInt8] {
        order.bytes + bytes(UInt64(bitPattern: at)) + bytes(unsent)
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    }
}
