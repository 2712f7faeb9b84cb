import Foundation
import SyncCore
@testable import SyncServer
import SyncWire
import Testing

@Suite("Nonces and tokens of a node")
struct ServerTokenTests {
    private let tokens = SessionTokens(secret: [UInt8](repeating: 1, count: 32), noncesMax: 10)
    private let key = SigningKey(seed: [UInt8](repeating: 2, count: 32)).publicKey
    private let otherKey = SigningKey(seed: [UInt8](repeating: 3, count: 32)).publicKey
    private let now: Int64 = 1_800_000_000_000

    private var device: Session {
        Session(peer: .device(id: RecordID(high: 1, low: 2), user: RecordID(high: 3, low: 4)), key: key)
    }

    @Test("A token says who it was given to, until it runs out")
    func expiry() {
        let token = tokens.token(for: device, expiresAt: now + 1000)
        #expect(tokens.session(of: token, now: now) == device)
        #expect(tokens.session(of: token, now: now + 999) == device)
        #expect(tokens.session(of: token, now: now + 1000) == nil)
        let branch = Session(peer: .branch(RecordID(high: 5, low: 6)), key: key)
        #expect(tokens.session(of: tokens.token(for: branch, expiresAt: now + 1), now: now) == branch)
    }

    @Test("A token with any byte changed, or of another start of the node, is nobody's")
    func tampering() throws {
        let token = tokens.token(for: device, expiresAt: now + 1000)
        let bytes = try #require(Data(base64Encoded: token))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1
            #expect(tokens.session(of: changed.base64EncodedString(), now: now) == nil)
        }
        #expect(SessionTokens(secret: [7], noncesMax: 10).session(of: token, now: now) == nil)
        #expect(tokens.session(of: "", now: now) == nil)
        #expect(tokens.session(of: String(token.dropLast(4)), now: now) == nil)
    }

    @Test("As many nonces as may be remembered open sessions in two minutes, and not one more")
    func nonceCount() throws {
        let nonces = (0..<11).map { _ in tokens.nonce(for: key, now: now) }
        for nonce in nonces.dropLast() { #expect(try tokens.use(nonce: nonce, for: key, now: now)) }
        #expect(throws: Overload.self) { try tokens.use(nonce: nonces[10], for: key, now: now) }
        let later = now + ServerLimits.nonceMilliseconds + 1
        #expect(try tokens.use(nonce: tokens.nonce(for: key, now: later), for: key, now: later))
    }

    @Test("A nonce is good once, for the key that asked, for two minutes")
    func nonces() throws {
        let nonce = tokens.nonce(for: key, now: now)
        #expect(nonce.count == Limits.nonceBytes)
        #expect(try !tokens.use(nonce: nonce, for: otherKey, now: now))
        #expect(try tokens.use(nonce: nonce, for: key, now: now + 1))
        #expect(try !tokens.use(nonce: nonce, for: key, now: now + 2))
        let late = tokens.nonce(for: key, now: now)
        #expect(try !tokens.use(nonce: late, for: key, now: now + ServerLimits.nonceMilliseconds))
        #expect(try !tokens.use(nonce: [UInt8](repeating: 0, count: 32), for: key, now: now))
    }
}
