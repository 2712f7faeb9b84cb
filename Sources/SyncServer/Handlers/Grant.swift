import FieldModel
import Foundation
import SyncCore
import SyncStore
import SyncWire

/// What a node certifies: a device of a person, or a branch. Made in the transaction that registers it, signed after it.
enum Grant: Sendable {
    case device(RegisteredDevice, Person)
    /// With the TLS certificate that it asked for, PEM.
    case branch(BranchRecord, key: [UInt8], tlsCertificate: String)

    /// The answer to an enrolment or a renewal, with the certificate of the key.
    func answer(by node: NodeIdentity, now: Int64) throws -> WireEnrollResponse {
        var answer = WireEnrollResponse()
        answer.rotations = node.root.rotations.map(\.signed)
        answer.organisation = node.organisation
        answer.node = node.name
        let certified: Identity
        switch self {
        case .device(let device, let person):
            certified = try identity(of: device, by: node, now: now)
            answer.login = person.login
            answer.roles = person.roleWords
            answer.branchCode = node.code
            answer.deviceCode = device.code
            answer.homeScope = Scope(.branch(node.record)).description
        case .branch(let record, let key, let tlsCertificate):
            certified = try identity(of: record, key: key, now: now)
            answer.branchCode = record.code
            answer.tlsCertificate = tlsCertificate
            answer.homeScope = Scope(.branch(record.id)).description
        }
        answer.chain = [Certificate.issue(certified, by: node.key)] + node.chain
        return answer
    }

    private func identity(of device: RegisteredDevice, by node: NodeIdentity, now: Int64) throws -> Identity {
        Identity(
            kind: .device, key: try publicKey(device.key), subject: device.id, user: device.user, branch: node.record,
            name: device.name, code: device.code, issuedAt: now,
            expiresAt: now + ServerLimits.deviceDays * ServerLimits.dayMilliseconds)
    }

    private func identity(of record: BranchRecord, key: [UInt8], now: Int64) throws -> Identity {
        Identity(
            kind: .branch, key: try publicKey(key), subject: record.id, name: record.name, code: record.code,
            issuedAt: now, expiresAt: now + ServerLimits.branchDays * ServerLimits.dayMilliseconds)
    }

    private func publicKey(_ bytes: [UInt8]) throws -> PublicKey {
        guard let key = PublicKey(bytes: bytes) else { throw Problem(.badRequest, detail: "no public key") }
        return key
    }
}
