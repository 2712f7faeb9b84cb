import Foundation
import SyncCore
import SyncWire
import Testing

@Suite("Certificates, receipts, codes and frames, there and back")
struct WireTrustTests {
    private static let hqKey = SigningKey(seed: [UInt8](repeating: 1, count: 32))
    private static let branchKey = SigningKey(seed: [UInt8](repeating: 2, count: 32))
    private static let hq = Identity(
        kind: .hq, key: hqKey.publicKey, subject: RecordID(high: 1, low: 1), name: "HQ", code: "HQ", issuedAt: 0,
        expiresAt: 1000)
    private static let branch = Identity(
        kind: .branch, key: branchKey.publicKey, subject: RecordID(high: 1, low: 2), name: "Perth", code: "PER",
        issuedAt: 0, expiresAt: 1000)
    private static let chain = [Certificate.issue(branch, by: hqKey), Certificate.issue(hq, by: hqKey)]

    @Test("an issued certificate says who it was issued to")
    func issued() throws {
        let found = try CertificateChain.verify(
            Self.chain, root: Roots(Self.hqKey.publicKey), expiry: .checked(now: 999))
        #expect(found == Self.branch)
    }

    @Test("HQ's key is learnt from HQ's own certificate, which must be signed by it")
    func claimedRoot() throws {
        #expect(try CertificateChain.claimedRoot(of: Self.chain) == Self.hqKey.publicKey)
        #expect(throws: WireError.self) { try CertificateChain.claimedRoot(of: []) }
        #expect(throws: WireError.self) { try CertificateChain.claimedRoot(of: [Self.chain[0]]) }
        let forged = [Certificate.issue(Self.hq, by: Self.branchKey)]
        #expect(throws: WireError.self) { try CertificateChain.claimedRoot(of: forged) }
    }

    @Test("an expired certificate is good for what was signed earlier only")
    func expired() throws {
        let root = Roots(Self.hqKey.publicKey)
        #expect(throws: WireError.expired("the certificate of Perth")) {
            try CertificateChain.verify(Self.chain, root: root, expiry: .checked(now: 1000))
        }
        #expect(try CertificateChain.verify(Self.chain, root: root, expiry: .ignored) == Self.branch)
    }

    @Test("a certificate with any one bit changed is refused")
    func tampered() {
        let bytes = [UInt8](Self.chain[0].encoded)
        let accepted = bytes.indices.flatMap { index in
            (0..<8).compactMap { bit -> Int? in
                var mutant = bytes
                mutant[index] ^= 1 << bit
                guard let signed = try? WireSignedCertificate(bounded: mutant) else { return nil }
                let chain = [signed, Self.chain[1]]
                let found = try? CertificateChain.verify(chain, root: Roots(Self.hqKey.publicKey), expiry: .ignored)
                return found == nil ? nil : index
            }
        }
        #expect(accepted == [])
    }

    @Test("a signed receipt comes back with the node that signed it")
    func receipt() throws {
        var receipt = WireReceipt()
        receipt.replica = 7
        receipt.seq = 3
        receipt.firstSeq = 1
        receipt.hash = .init(Hash.sha256([1]))
        receipt.undecided = [2, 3]
        let signed = SignedReceipt.sign(receipt, by: Self.branchKey, chain: Self.chain)
        let found = try SignedReceipt(verifying: signed, root: Roots(Self.hqKey.publicKey), expiry: .checked(now: 1))
        #expect(found.receipt == receipt && found.node == Self.branch)
    }

    @Test("no two purposes sign the same bytes")
    func purposes() {
        for signed in SignaturePurpose.allCases {
            let signature = Self.hqKey.sign([1, 2, 3], for: signed)
            for purpose in SignaturePurpose.allCases {
                let verifies = Self.hqKey.publicKey.verifies(signature, of: [1, 2, 3], for: purpose)
                #expect(verifies == (purpose == signed))
            }
        }
    }

    @Test("a code is parsed as it was printed, whatever its bytes", arguments: 0..<50 as Range<UInt64>)
    func code(seed: UInt64) throws {
        var random = Seeded(seed: seed)
        let bytes = (0..<20).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let code = EnrolmentCode(secret: Array(bytes.prefix(8)), fingerprint: Array(bytes.dropFirst(8)))
        #expect(try EnrolmentCode(parsing: code.text) == code)
    }

    @Test("a code with one wrong character, or two neighbours swapped, is always noticed")
    func mistypedCode() {
        let digits = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
        let code = EnrolmentCode(secret: Array(1...8), fingerprint: Array(100...111)).text.filter { $0 != "-" }
        for index in code.indices {
            for digit in digits where digit != code[index] {
                var wrong = code
                wrong.replaceSubrange(index...index, with: [digit])
                #expect(throws: EnrolmentCodeError.check) { try EnrolmentCode(parsing: wrong) }
            }
            let next = code.index(after: index)
            guard next < code.endIndex, code[next] != code[index] else { continue }
            var swapped = code
            swapped.replaceSubrange(index...next, with: [code[next], code[index]])
            #expect(throws: EnrolmentCodeError.check) { try EnrolmentCode(parsing: swapped) }
        }
    }

    @Test("what is wrong with a code is told")
    func codeErrors() {
        #expect(throws: EnrolmentCodeError.empty) { try EnrolmentCode(parsing: " - ") }
        #expect(throws: EnrolmentCodeError.length(3)) { try EnrolmentCode(parsing: "abc") }
        #expect(throws: EnrolmentCodeError.character("U")) { try EnrolmentCode(parsing: "U") }
        #expect(throws: EnrolmentCodeError.character("长")) { try EnrolmentCode(parsing: "长") }
    }

    @Test("a code knows the certificate that it was given out with by its fingerprint")
    func codeFingerprint() {
        let fingerprint = Hash.sha256([7])
        let code = EnrolmentCode(secret: Array(1...8), fingerprint: fingerprint)
        #expect(code.matches(fingerprint: fingerprint))
        #expect(!code.matches(fingerprint: Hash.sha256([8])))
        #expect(!code.matches(fingerprint: Array(fingerprint.prefix(12))))
    }

    @Test("frames are read one after the other as they were written", arguments: [0, 1, 127, 128, 256, 257, 100_000])
    func frames(count: Int) throws {
        let message = [UInt8](repeating: 65, count: count)
        let body = Frame.encode(message)
        #expect(try Frame.decode(body, limit: count) == message)
        #expect((body.count < message.count) == (count > 256))
        var frames = FrameReader(body + Frame.encode([9]) + body)
        #expect(
            try [frames.next(limit: count), frames.next(limit: 1), frames.next(limit: count)] == [
                message, [9], message,
            ])
        #expect(try frames.next(limit: 1) == nil)
    }

    @Test("what zstd does not shorten is sent as it is")
    func incompressible() throws {
        var random = Seeded(seed: 1)
        let message = (0..<1000).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        #expect(try Frame.header(Frame.encode(message))?.encoding == .plain)
    }

    @Test("a frame's header tells when it is not all there")
    func shortHeader() throws {
        #expect(try Frame.header([]) == nil)
        #expect(try Frame.header([0x80]) == nil)
        #expect(try Frame.header([0x05]) == nil)
        #expect(try Frame.header([0x05, 0x01])?.contentBytes == 5)
        #expect(throws: WireError.self) { try Frame.header([UInt8](repeating: 0x80, count: 10)) }
    }
}
