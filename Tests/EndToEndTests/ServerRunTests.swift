import Foundation
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire
import Testing

@Suite("What a node makes of a pushed run before it asks its store")
struct ServerRunTests {
    private static let root = key(1)
    private let branchKey = key(2)
    private let deviceKey = key(3)
    private let replica = ReplicaID(0xABCD)
    private let branch = RecordID(high: 1, low: 1)
    private let user = RecordID(high: 1, low: 2)

    private static func key(_ seed: UInt8) -> SigningKey { SigningKey(seed: [UInt8](repeating: seed, count: 32)) }

    private var hqChain: [WireSignedCertificate] {
        let hq = Identity(
            kind: .hq, key: Self.root.publicKey, subject: RecordID(high: 0, low: 1), name: "HQ", code: "HQ00",
            issuedAt: 0, expiresAt: 1)
        return [Certificate.issue(hq, by: Self.root)]
    }

    private var branchChain: [WireSignedCertificate] {
        let identity = Identity(
            kind: .branch, key: branchKey.publicKey, subject: branch, name: "Perth", code: "PE01", issuedAt: 0,
            expiresAt: 1)
        return [Certificate.issue(identity, by: Self.root)] + hqChain
    }

    private var deviceChain: [WireSignedCertificate] {
        let identity = Identity(
            kind: .device, key: deviceKey.publicKey, subject: RecordID(high: 2, low: 1), user: user, branch: branch,
            name: "phone", code: "A1", issuedAt: 0, expiresAt: 1)
        return [Certificate.issue(identity, by: branchKey)] + branchChain
    }

    private var deviceSession: Session {
        Session(peer: .device(id: RecordID(high: 2, low: 1), user: user), key: deviceKey.publicKey)
    }
    private var branchSession: Session { Session(peer: .branch(branch), key: branchKey.publicKey) }

    /// Three sets of one replica.
    private func run(by key: SigningKey, _ chain: [WireSignedCertificate]) -> (run: WireRun, hashes: [[UInt8]]) {
        let sets = (1...3).map { n in
            let write = Write(
                dot: Dot(replica, UInt64(n)), creates: n == 1,
                fields: [FieldWrite(tag: 3, value: .text("\(n)"), overwrites: [Dot]())])
            let change = Change(type: 1, record: RecordID(milliseconds: 5, random: (1, 1)), write: write)
            let set = ChangeSet(
                timestamp: Timestamp(milliseconds: Int64(n), counter: 0), author: user, changes: [change])
            return ChangeSetCodec.encode(set, replica: replica)
        }
        let start = ChainHash.start(of: replica)
        let hashes = ChainHash.of(sets, after: start)
        var run = WireRun()
        run.replica = replica.raw
        run.firstSeq = 1
        run.before = Data(start)
        run.sets = sets.map { Data($0) }
        run.signature = Data(key.sign(hashes[2], for: .run))
        run.chain = chain
        return (run, hashes)
    }

    private func verify(_ run: WireRun, _ session: Session) -> VerifiedRun {
        RunVerification(root: Roots(Self.root.publicKey), session: session).verify(run)
    }

    private func verdicts(_ run: WireRun, _ session: Session) throws -> [IncomingVerdict?] {
        guard case .good(let incoming, let signature) = verify(run, session) else {
            Issue.record("the run was rejected: \(verify(run, session))")
            return []
        }
        #expect(signature == [UInt8](run.signature))
        return incoming.items.map(\.verdict)
    }

    private func rejection(_ run: WireRun, _ session: Session) -> ErrorCode? {
        if case .rejected(_, let code, _) = verify(run, session) { code } else { nil }
    }

    @Test("A device's own run comes without verdicts, and names the person of its certificate")
    func ownRun() throws {
        let (run, _) = run(by: deviceKey, deviceChain)
        #expect(try verdicts(run, deviceSession) == [nil, nil, nil])
        if case .good(let incoming, _) = verify(run, deviceSession) {
            #expect(incoming.person == user)
            #expect(try KeptChain.chain(incoming.certificates) == run.chain)
        }
    }

    @Test("A device may not bring another's run; a branch may")
    func relaying() throws {
        let (run, _) = run(by: deviceKey, deviceChain)
        let stranger = Session(
            peer: .device(id: RecordID(high: 2, low: 2), user: user), key: Self.key(9).publicKey)
        #expect(rejection(run, stranger) == .scopeDenied)
        #expect(rejection(run, branchSession) == nil)
    }

    @Test(
        "The author of a run without certificates is asked for them where others, or none, are kept; behind nothing it is nobody's"
    )
    func withoutCertificates() throws {
        let (run, _) = run(by: deviceKey, [])
        #expect(rejection(run, deviceSession) == .untrusted)
        var (later, hashes) = (run, run.sets.map { [UInt8]($0) })
        later.firstSeq = 2
        later.before = Data(ChainHash.of(hashes, after: ChainHash.start(of: replica))[0])
        hashes = ChainHash.of(hashes, after: [UInt8](later.before))
        later.signature = Data(deviceKey.sign(hashes[2], for: .run))
        #expect(isAskedFor(later, kept: nil))
        #expect(!isAskedFor(later, kept: deviceChain))
        #expect(isAskedFor(later, kept: branchChain))
    }

    private func isAskedFor(_ run: WireRun, kept: [WireSignedCertificate]?) -> Bool {
        let verification = RunVerification(root: Roots(Self.root.publicKey), session: branchSession)
        if case .unknownAuthor = verification.verify(run, kept: kept) { return true }
        return false
    }

    @Test("A node's own sets need no judge")
    func nodeRun() throws {
        let (run, _) = run(by: branchKey, branchChain)
        #expect(try verdicts(run, branchSession) == [.applied, .applied, .applied])
    }

    @Test("The verdicts of the node that judged come with its receipt; what it left undecided is open")
    func earlierVerdicts() throws {
        var (run, hashes) = run(by: deviceKey, deviceChain)
        run.verdicts = receipt(hash: hashes[2])
        let refused = RefusalReason(code: "constraint", messageEN: "no", messageZH: "不")
        #expect(try verdicts(run, branchSession) == [.refused(refused), nil, .applied])
    }

    @Test("Verdicts on other bytes, or on another chain, are not taken")
    func foreignVerdicts() throws {
        var (run, hashes) = run(by: deviceKey, deviceChain)
        run.verdicts = receipt(hash: hashes[1])
        #expect(rejection(run, branchSession) == .untrusted)
        run.verdicts = receipt(hash: hashes[2], replica: 5)
        #expect(rejection(run, branchSession) == .untrusted)
        run.verdicts = receipt(hash: hashes[2], by: deviceKey, deviceChain)
        #expect(rejection(run, branchSession) == .untrusted)
    }

    @Test("Only HQ's receipt stands in the place of sets that are gone")
    func base() throws {
        var (run, hashes) = run(by: deviceKey, deviceChain)
        run.base = receipt(hash: hashes[2])
        #expect(rejection(run, branchSession) == .untrusted)
        run.base = receipt(hash: hashes[2], by: Self.root, hqChain, hq: true)
        guard case .good(let incoming, _) = verify(run, branchSession) else {
            Issue.record("HQ's receipt was not taken")
            return
        }
        #expect(incoming.base == ChainPosition(seq: 3, hash: hashes[2]))
    }

    @Test("A changed set, a foreign root and a signature over another head are rejected")
    func tampering() throws {
        var (run, hashes) = run(by: deviceKey, deviceChain)
        let foreign = RunVerification(root: Roots(Self.key(8).publicKey), session: branchSession).verify(run)
        guard case .rejected(_, code: .untrusted, _) = foreign else {
            Issue.record("a run of another organisation was taken")
            return
        }
        run.sets[1][0] ^= 1
        #expect(rejection(run, branchSession) == .badSignature)
        run.sets[1][0] ^= 1
        run.signature = Data(deviceKey.sign(hashes[1], for: .run))
        #expect(rejection(run, branchSession) == .badSignature)
        run.signature = Data(deviceKey.sign(hashes[2], for: .receipt))
        #expect(rejection(run, branchSession) == .badSignature)
    }

    private func receipt(
        hash: [UInt8], replica: UInt64? = nil, by key: SigningKey? = nil, _ chain: [WireSignedCertificate]? = nil,
        hq: Bool = false
    ) -> WireSignedReceipt {
        var receipt = WireReceipt()
        receipt.replica = replica ?? self.replica.raw
        receipt.seq = 3
        receipt.hash = Data(hash)
        receipt.firstSeq = 1
        receipt.hq = hq
        receipt.undecided = [2]
        var refusal = WireRefusal()
        refusal.seq = 1
        refusal.code = "constraint"
        refusal.messageEn = "no"
        refusal.messageZh = "不"
        receipt.refusals = [refusal]
        return SignedReceipt.sign(receipt, by: key ?? branchKey, chain: chain ?? branchChain)
    }
}
