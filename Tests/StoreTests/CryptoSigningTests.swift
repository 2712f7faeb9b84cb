import SyncWire
import Testing

/// RFC 8032, section 7.1, tests 1 to 3.
@Suite struct SigningTests {
    struct Example: Sendable {
        let seed, publicKey, message, signature: String
    }

    static let examples = [
        Example(
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
            signature: """
                e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155
                5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b
                """),
        Example(
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
            signature: """
                92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
                085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00
                """),
        Example(
            seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", message: "af82",
            signature: """
                6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac
                18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a
                """),
    ]

    @Test("Keys and signatures are those of RFC 8032", arguments: examples)
    func vectors(example: Example) throws {
        let key = SigningKey(seed: hexBytes(example.seed))
        #expect(key.publicKey.bytes == hexBytes(example.publicKey))
        #expect(key.sign(hexBytes(example.message)) == hexBytes(example.signature))
        let known = try #require(PublicKey(bytes: hexBytes(example.publicKey)))
        #expect(known.verifies(hexBytes(example.signature), of: hexBytes(example.message)))
    }

    @Test("A signature with any byte changed, of another message or by another key does not verify")
    func forgeries() {
        let key = SigningKey(seed: hexBytes(Self.examples[0].seed))
        let message = Array("visit 17 finished".utf8)
        let signature = key.sign(message)
        for place in signature.indices {
            var forged = signature
            forged[place] ^= 1
            #expect(!key.publicKey.verifies(forged, of: message))
        }
        #expect(!key.publicKey.verifies(signature, of: message + [0]))
        #expect(!SigningKey(seed: hexBytes(Self.examples[1].seed)).publicKey.verifies(signature, of: message))
    }

    @Test("Signatures and keys of a wrong length are refused, and bytes that are no key verify nothing")
    func malformed() throws {
        let key = SigningKey(seed: hexBytes(Self.examples[0].seed)).publicKey
        #expect(!key.verifies([], of: []))
        #expect(!key.verifies([UInt8](repeating: 0, count: 63), of: []))
        #expect(!key.verifies(hexBytes(Self.examples[0].signature) + [0], of: []))
        #expect(PublicKey(bytes: [UInt8](repeating: 1, count: 31)) == nil)
        #expect(PublicKey(bytes: [UInt8](repeating: 1, count: 33)) == nil)
        let noPoint = try #require(PublicKey(bytes: [UInt8](repeating: 0xff, count: 32)))
        #expect(!noPoint.verifies(hexBytes(Self.examples[0].signature), of: []))
    }

    @Test("A key in a text shows its public half only")
    func description() {
        let key = SigningKey(seed: hexBytes(Self.examples[0].seed))
        #expect("\(key)" == "SigningKey of \(Self.examples[0].publicKey)")
    }
}
