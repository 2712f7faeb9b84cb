import Hummingbird
import SyncCore
import SyncStore
import SyncWire

/// `POST /v1/renew`: a new certificate for a key that this node certified and has not revoked, however long ago the old
/// one expired; for a device with a new code for its readable numbers. The body is that of the second `/v1/session`.
struct RenewHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        let asked = try await services.message(WireSessionRequest.self, of: request)
        let opening = services.opening
        let proof = try await services.workers.run { try opening.proof(in: asked, expiry: .ignored) }
        let grant = try await services.commit.write { try opening.renew(proof, $0) }
        return try await services.response(
            services.workers.run { try grant.answer(by: services.identity, now: services.now) })
    }
}

extension SessionOpening {
    /// What is certified anew.
    func renew(_ proof: Proof, _ access: WriteAccess) throws -> Grant {
        try access.demandStanding(of: proof.session, for: .renew)
        switch proof.session.peer {
        case .device(let id, let user):
            guard try access.device(id)?.key == proof.session.key.bytes, let person = try access.person(user) else {
                throw Self.elsewhere
            }
            try access.renewCode(ofDevice: id, node: identity.record)
            guard let device = try access.device(id) else { throw Self.elsewhere }
            return .device(device, person)
        case .branch(let id):
            guard let link = try access.branchLink(id), let record = try access.branchRecord(id) else {
                throw Self.elsewhere
            }
            return .branch(record, key: link.key, tlsCertificate: "")
        }
    }

    private static let elsewhere = Problem(
        .unauthenticated, detail: "this node did not certify the key: renew where it was enrolled")
}
