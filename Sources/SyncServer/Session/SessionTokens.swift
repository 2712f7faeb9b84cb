import Foundation
import HTTPTypes
import Hummingbird
import SyncCore
import SyncWire

/// Nonces and tokens that carry what the node needs to know of them, under its own seal: a node keeps nothing about a
/// session but which nonces were used in the last minutes. The secret is drawn at every start, so a restart ends all
/// sessions and a stolen disk opens none.
struct SessionTokens: Sendable {
    private let secret: [UInt8]
    private let used: UsedNonces
    private static let sealBytes = 16

    /// - Parameter noncesMax: that opened a session and have not run out.
    init(secret: [UInt8], noncesMax: Int) {
        self.secret = secret
        used = UsedNonces(countMax: noncesMax)
    }

    /// 32 bytes, good for one key and some minutes.
    func nonce(for key: PublicKey, now: Int64) -> [UInt8] {
        let body = Self.bytes(now + ServerLimits.nonceMilliseconds) + Entropy.bytes(8)
        return body + seal("nonce", body + key.bytes)
    }

    /// Whether a nonce was given to this key, not long ago, and is used for the first time.
    /// - Throws: `Overload` when more were used than are remembered.
    func use(nonce: [UInt8], for key: PublicKey, now: Int64) throws(Overload) -> Bool {
        guard nonce.count == Limits.nonceBytes else { return false }
        let (body, given) = (Array(nonce[..<16]), Array(nonce[16...]))
        guard constantTimeEqual(given, seal("nonce", body + key.bytes)), now < Self.number(body[..<8]) else {
            return false
        }
        return try used.use(nonce, now: now)
    }

    func token(for session: Session, expiresAt: Int64) -> String {
        var body: [UInt8]
        switch session.peer {
        case .device(let id, let user): body = [1] + id.bytes + user.bytes
        case .branch(let id): body = [2] + id.bytes + id.bytes
        }
        body += session.key.bytes + Self.bytes(expiresAt)
        return Data(body + seal("token", body)).base64EncodedString()
    }

    /// Whose request it is. Nil without a good token.
    func session(of request: Request, now: Int64) -> Session? {
        let bearer = "Bearer "
        guard let header = request.headers[.authorization], header.hasPrefix(bearer) else { return nil }
        return session(of: String(header.dropFirst(bearer.count)), now: now)
    }

    /// Nil for a token that this node did not give since its start, or that has run out.
    func session(of token: String, now: Int64) -> Session? {
        guard let data = Data(base64Encoded: token), data.count == Self.tokenBytes else { return nil }
        let bytes = [UInt8](data)
        let body = Array(bytes.dropLast(Self.sealBytes))
        guard constantTimeEqual(Array(bytes.suffix(Self.sealBytes)), seal("token", body)),
            now < Self.number(body.suffix(8)), let subject = RecordID(bytes: body[1..<17]),
            let user = RecordID(bytes: body[17..<33]), let key = PublicKey(bytes: Array(body[33..<65]))
        else { return nil }
        return Session(peer: body[0] == 1 ? .device(id: subject, user: user) : .branch(subject), key: key)
    }

    /// Kind, two ids, key, time, seal.
    private static let tokenBytes = 1 + 16 + 16 + 32 + 8 + sealBytes

    private func seal(_ purpose: String, _ body: [UInt8]) -> [UInt8] {
        Array(Hash.hmac(key: secret, Array("fieldsync \(purpose) v1\0".utf8) + body).prefix(Self.sealBytes))
    }

    private static func bytes(_ number: Int64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> Int64(56 - 8 * $0)) }
    }

    private static func number(_ bytes: some Collection<UInt8>) -> Int64 {
        bytes.reduce(0) { $0 << 8 | Int64($1) }
    }
}
