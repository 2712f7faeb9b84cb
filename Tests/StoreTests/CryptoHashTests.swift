import SyncWire
import Testing

@Suite struct HashTests {
    @Test(
        "SHA-256 of the examples of FIPS 180-4",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(text: String, digest: String) {
        #expect(Hash.sha256(Array(text.utf8)) == hexBytes(digest))
    }

    @Test("Parts hash like the whole, however it is cut, and no part like nothing")
    func parts() {
        let whole = (0..<200).map { UInt8($0) }
        for cut in [0, 1, 63, 64, 65, 200] {
            #expect(Hash.sha256(Array(whole[..<cut]), [], Array(whole[cut...])) == Hash.sha256(whole))
        }
        #expect(Hash.sha256() == Hash.sha256([]))
    }

    @Test("A short hash is the first sixteen bytes of SHA-256, big-endian")
    func short() {
        let short = Hash.short(Array("abc".utf8))
        #expect(short == (0xba78_16bf_8f01_cfea, 0x4141_40de_5dae_2223))
    }

    /// RFC 4231, cases 1, 2, 4 and 6 (a key longer than a block).
    @Test(
        "HMAC-SHA256 of RFC 4231",
        arguments: [
            (
                [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                Array(UInt8(1)...25), [UInt8](repeating: 0xcd, count: 50),
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
            ),
            (
                [UInt8](repeating: 0xaa, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
            ([], [], "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
        ])
    func hmac(key: [UInt8], message: [UInt8], code: String) {
        #expect(Hash.hmac(key: key, message) == hexBytes(code))
    }

    @Test("Equal in constant time means the same bytes of the same length")
    func constantTime() {
        #expect(constantTimeEqual([], []))
        #expect(constantTimeEqual([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEqual([1, 2, 3], [9, 2, 3]))
        #expect(!constantTimeEqual([1, 2, 3], [1, 2]))
        #expect(!constantTimeEqual([1, 2], [1, 2, 3]))
    }
}

@Suite struct EntropyTests {
    @Test("Random bytes come in the length asked for, past what the system gives at once, and never twice")
    func lengths() {
        for count in [0, 1, 255, 256, 257, 1000] { #expect(Entropy.bytes(count).count == count) }
        #expect(Entropy.bytes(32) != Entropy.bytes(32))
        #expect(Entropy.word() != Entropy.word())
        // So large a buffer comes from the system as zeros: they would still be at its end if not all of it was filled.
        #expect(Entropy.bytes(1 << 20).suffix(256).contains { $0 != 0 })
    }
}
