import FieldModel
import Foundation
package import SyncCore
package import SyncStore
import SyncWire

/// The orders about devices that a node gives, and passes on to those whom they concern.
package struct DeviceOrders: Sendable {
    private let identity: NodeIdentity

    package init(_ identity: NodeIdentity) { self.identity = identity }

    /// - Returns: the order's record.
    package func give(_ draft: DeviceOrderDraft, _ access: WriteAccess) throws -> RecordID {
        let id = access.environment.newRecordID()
        var draft = draft
        if let task = draft.task {
            let signed = sign(task, order: id, to: draft.device)
            // Whatever node the device meets can show it: any other's own word it would not take.
            draft.proof = Data(signed.encoded).base64EncodedString()
        }
        return try access.order(draft, id: id, author: identity.record)
    }

    /// What a device is to be told to do; nil: nothing.
    func standing(for device: RecordID, _ access: ReadAccess) throws -> WireSignedDeviceOrder? {
        let standing = try access.standing(ofDevice: device)
        let order: DeviceOrder?
        switch standing.state {
        case .wiping: order = standing.wipe
        case .leaving, .handedOver: order = standing.handover
        default: order = nil
        }
        guard let order, let task = order.task else { return nil }
        let proof = Data(base64Encoded: try access.proof(ofOrder: order.id)).map { [UInt8]($0) } ?? []
        if !proof.isEmpty, let signed = try? WireSignedDeviceOrder(bounded: proof) { return signed }
        return sign(task, order: order.id, to: device)
    }

    private func sign(_ task: SignedDeviceOrder.Task, order: RecordID, to device: RecordID) -> WireSignedDeviceOrder {
        SignedDeviceOrder.sign(task, order: order, to: device, by: identity.key, chain: identity.chain)
    }
}

extension DeviceOrderDraft {
    fileprivate var task: SignedDeviceOrder.Task? { .init(kind, keepsWork: keepsWork ?? true) }
}

extension DeviceOrder {
    fileprivate var task: SignedDeviceOrder.Task? { .init(kind, keepsWork: keepsWork) }
}

extension SignedDeviceOrder.Task {
    /// Nil for what a device has not to do itself.
    fileprivate init?(_ kind: DeviceOrderKind, keepsWork: Bool) {
        switch kind {
        case .wipe: self = .wipe(keepsWork: keepsWork)
        case .handover: self = .handover
        default: return nil
        }
    }
}
