import FieldModel
import Foundation
import Hummingbird
import Logging
import SyncCore
import SyncStore
import SyncWire

/// `POST /v1/handover`: a device that has sent everything becomes, under a new key and id, the other person's. The
/// same again has the same answer.
struct HandoverHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        let session = try await services.session(of: request, for: .handover)
        let asked = try await services.message(WireHandoverRequest.self, of: request)
        guard let key = PublicKey(bytes: [UInt8](asked.key)), let order = RecordID(bytes: [UInt8](asked.order)),
            case .device(let id, _) = session.peer
        else { throw Problem(.badRequest, detail: "no order or no public key") }
        let isProven = try await services.workers.run {
            key.verifies([UInt8](asked.proof), of: order.bytes + session.key.bytes, for: .enroll)
        }
        guard isProven, key != session.key else { throw Problem(.signatureMismatch) }
        let node = services.identity.record
        let grant = try await services.commit.write { access in
            try access.handOver(id, order, to: key, version: String(asked.version.prefix(100)), node: node)
        }
        let answer = try await services.workers.run { try grant.answer(by: services.identity, now: services.now) }
        services.logger.notice("a device was handed over", metadata: ["device": "\(id)", "key": "\(key)"])
        return try await services.response(answer)
    }
}

extension WriteAccess {
    fileprivate func handOver(
        _ id: RecordID, _ order: RecordID, to key: PublicKey, version: String, node: RecordID
    ) throws -> Grant {
        guard let old = try device(id) else {
            throw Problem(
                .unauthenticated, detail: "this node did not certify the key: hand over where it was enrolled")
        }
        let standing = try standing(ofDevice: id)
        guard let handover = standing.handover, handover.id == order, let to = handover.to else {
            throw Problem(.notFound, detail: "nobody here ordered that")
        }
        guard let person = try person(to), person.active else {
            throw Problem(.unavailable, detail: "the person whom it is handed to is not known here yet")
        }
        if standing.state == .handedOver {
            guard let known = try device(key: key.bytes), known.id == standing.successor else {
                throw Problem(.handedOver)
            }
            return .device(known, person)
        }
        guard try device(key: key.bytes) == nil else { throw Problem(.signatureMismatch) }
        let new = try registerDevice(key: key.bytes, user: to, name: old.name, version: version, node: node)
        var draft = DeviceOrderDraft(device: id, kind: .handedOver)
        (draft.to, draft.successor) = (to, new.id)
        try self.order(draft, author: node)
        return .device(new, person)
    }
}
