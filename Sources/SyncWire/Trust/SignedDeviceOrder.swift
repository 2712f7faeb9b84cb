import Foundation
import SwiftProtobuf
package import SyncCore

/// What a device is to do with itself, on the word of headquarters or of the node that certified it.
package struct SignedDeviceOrder: Hashable, Sendable {
    package enum Task: Hashable, Sendable {
        /// Erase everything; whether it sends what it has first.
        case wipe(keepsWork: Bool)
        /// Send everything, erase it, and ask to be another person's.
        case handover
    }

    package let task: Task
    /// The record that ordered it.
    package let order: RecordID

    /// - Parameter own: who the device is: nobody obeys an order to another, nor that of a node that is neither its own nor
    ///   HQ, so that a server that lies can erase nothing.
    package init(verifying signed: WireSignedDeviceOrder, root: Roots, own: Identity) throws(WireError) {
        let node = try CertificateChain.verify(signed.chain, root: root, expiry: .ignored)
        let bytes = [UInt8](signed.order)
        guard node.key.verifies([UInt8](signed.signature), of: bytes, for: .order) else {
            throw .badSignature("an order of \(node.name)")
        }
        let wire = try WireDeviceOrder(bounded: bytes)
        guard let order = RecordID(bytes: [UInt8](wire.order)), let device = RecordID(bytes: [UInt8](wire.device))
        else {
            throw .malformed("an order to a device")
        }
        guard node.kind == .hq || node.kind == .branch && node.subject == own.branch, device == own.subject else {
            throw .untrusted("\(node.name) may not give this device such an order")
        }
        switch wire.task {
        case .wipe: task = .wipe(keepsWork: wire.keepWork)
        case .handover: task = .handover
        default: throw .upgradeRequired("an order to a device that is not known here")
        }
        self.order = order
    }

    package static func sign(
        _ task: Task, order: RecordID, to device: RecordID, by key: SigningKey, chain: [WireSignedCertificate]
    ) -> WireSignedDeviceOrder {
        var wire = WireDeviceOrder()
        switch task {
        case .wipe(let keepsWork): (wire.task, wire.keepWork) = (.wipe, keepsWork)
        case .handover: wire.task = .handover
        }
        wire.order = Data(order.bytes)
        wire.device = Data(device.bytes)
        var signed = WireSignedDeviceOrder()
        signed.order = Data(wire.encoded)
        signed.signature = Data(key.sign([UInt8](signed.order), for: .order))
        signed.chain = chain
        return signed
    }
}
