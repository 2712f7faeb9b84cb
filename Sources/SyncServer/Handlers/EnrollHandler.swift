import FieldModel
import Hummingbird
import Logging
import SyncCore
import SyncStore
import SyncWire

/// `POST /v1/enroll`: a code and a key become a certificate.
struct EnrollHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        let asked = try await services.message(WireEnrollRequest.self, of: request)
        guard let key = PublicKey(bytes: [UInt8](asked.key)) else {
            throw Problem(.badRequest, detail: "no public key")
        }
        let isProven = try await services.workers.run {
            key.verifies([UInt8](asked.proof), of: [UInt8](asked.secret), for: .enroll)
        }
        guard isProven else { throw Problem(.signatureMismatch) }
        let grant = try await services.commit.write { access in try enroll(asked, key, access) }
        let answer = try await services.workers.run { try grant.answer(by: services.identity, now: services.now) }
        services.logger.notice("enrolled", metadata: ["name": "\(asked.name)", "key": "\(key)"])
        return try await services.response(answer)
    }

    private func enroll(_ asked: WireEnrollRequest, _ key: PublicKey, _ access: WriteAccess) throws -> Grant {
        let codeHash = EnrolmentCode.secretHash([UInt8](asked.secret))
        switch try access.useInvite(codeHash: codeHash, key: key.bytes) {
        case .good(let invite), .again(let invite):
            switch invite.kind {
            case .device: return try enrollDevice(asked, key, invite, access)
            case .branch: return try enrollBranch(asked, key, invite, access)
            }
        case .unknown: throw Problem(.codeUnknown)
        case .used: throw Problem(.codeUsed)
        case .expired: throw Problem(.codeExpired)
        }
    }

    private func enrollDevice(
        _ asked: WireEnrollRequest, _ key: PublicKey, _ invite: Invite, _ access: WriteAccess
    ) throws -> Grant {
        guard let person = try access.person(invite.subject), person.active else {
            throw Problem(.codeUnknown, detail: "the person that this code was made for has no account any more")
        }
        let name = asked.name.isEmpty ? invite.name : asked.name
        let device = try access.registerDevice(
            key: key.bytes, user: person.id, name: name.isEmpty ? person.login : name, version: asked.version,
            node: services.identity.record)
        guard try access.standing(ofDevice: device.id).state == .active, device.user == person.id else {
            throw Problem(.revoked)
        }
        return .device(device, person)
    }

    private func enrollBranch(
        _ asked: WireEnrollRequest, _ key: PublicKey, _ invite: Invite, _ access: WriteAccess
    ) throws -> Grant {
        guard let authority = services.identity.authority, let record = try access.branchRecord(invite.subject) else {
            throw Problem(.codeUnknown, detail: "branches enrol at HQ")
        }
        guard !asked.tlsRequest.isEmpty else { throw Problem(.badRequest, detail: "this code is a branch's") }
        try access.registerBranch(record.id, key: key.bytes, name: record.name, url: "")
        do {
            let tls = try authority.issue(
                csrPEM: asked.tlsRequest, commonName: record.name, days: ServerLimits.tlsDays)
            return .branch(record, key: key.bytes, tlsCertificate: tls)
        } catch TLSFailure.badRequest {
            throw Problem(.badRequest, detail: "no request for a TLS certificate")
        }
    }
}
