import SyncWire
import Testing

@Suite struct SealingTests {
    private static let key = [UInt8](0..<32)
    private static let nonce = [UInt8](100..<112)

    /// Test case 14 of McGrew and Viega's GCM specification: a zero key, nonce and block.
    @Test("AES-256-GCM gives the ciphertext and tag of its specification")
    func vector() {
        let zero = { (count: Int) in [UInt8](repeating: 0, count: count) }
        let sealed = Sealing.seal(zero(16), key: zero(32), associated: [], nonce: zero(12))
        #expect(sealed == zero(12) + hexBytes("cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919"))
    }

    @Test("What was sealed opens again, down to nothing at all", arguments: [0, 1, 15, 16, 17, 5000])
    func roundTrip(count: Int) {
        let plain = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let sealed = Sealing.seal(plain, key: Self.key, associated: [7], nonce: Self.nonce)
        #expect(sealed.count == count + Sealing.overheadBytes)
        #expect(Sealing.open(sealed, key: Self.key, associated: [7]) == plain)
    }

    @Test("One bit changed anywhere, in nonce, text or tag, and it does not open")
    func tampering() {
        let sealed = Sealing.seal(Array("a page".utf8), key: Self.key, associated: [7], nonce: Self.nonce)
        for bit in 0..<sealed.count * 8 {
            var changed = sealed
            changed[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(Sealing.open(changed, key: Self.key, associated: [7]) == nil)
        }
    }

    @Test("Cut short, lengthened, elsewhere or under another key it does not open")
    func misplaced() {
        let sealed = Sealing.seal(Array("a page".utf8), key: Self.key, associated: [7], nonce: Self.nonce)
        for count in 0..<sealed.count {
            #expect(Sealing.open(Array(sealed[..<count]), key: Self.key, associated: [7]) == nil)
        }
        #expect(Sealing.open(sealed + [0], key: Self.key, associated: [7]) == nil)
        #expect(Sealing.open(sealed, key: Self.key, associated: [8]) == nil)
        #expect(Sealing.open(sealed, key: Self.key, associated: []) == nil)
        #expect(Sealing.open(sealed, key: Self.key.reversed(), associated: [7]) == nil)
    }
}

@Suite struct ScryptTests {
    /// RFC 7914, section 12, third example: the first 32 of its 64 bytes, which a shorter key begins with.
    @Test("A key is that of RFC 7914")
    func vector() {
        let key = Scrypt.key(passphrase: Array("pleaseletmein".utf8), salt: Array("SodiumChloride".utf8), logN: 14)
        #expect(key == hexBytes("7023bdcb3afd7348461c06cd81fd38eb fda8fbba904f8e3ea9b543f6545da1f2"))
    }

    @Test("Passphrase, salt and work each change the key, and an empty passphrase is one too")
    func inputs() {
        let keys = [
            Scrypt.key(passphrase: [1], salt: [2], logN: 4), Scrypt.key(passphrase: [2], salt: [2], logN: 4),
            Scrypt.key(passphrase: [1], salt: [3], logN: 4), Scrypt.key(passphrase: [1], salt: [2], logN: 5),
            Scrypt.key(passphrase: [], salt: [2], logN: 4), Scrypt.key(passphrase: [], salt: [], logN: 4),
        ]
        #expect(Set(keys).count == keys.count)
        #expect(Scrypt.key(passphrase: [1], salt: [2], logN: 4) == keys[0])
    }

    @Test("The default work fits in libcrypto's memory bound as we set it")
    func defaultWork() {
        let (passphrase, salt): ([UInt8], [UInt8]) = ([1, 2, 3], [4, 5, 6])
        let key = Scrypt.key(passphrase: passphrase, salt: salt)
        #expect(key == Scrypt.key(passphrase: passphrase, salt: salt, logN: 15))
    }
}
