import Foundation
import SyncCore
import SyncStore
import SyncWire
import Testing

@Suite("Signed heads of an audit")
struct AuditHeadTests {
    private let trial: AuditWorld
    private let hour: Int64 = 3_600_000

    init() throws { trial = try AuditWorld() }

    private func write(_ sets: Int) throws {
        for number in 0..<sets {
            try trial.write(on: trial.hq, to: 7, "x\(number)", at: 4)
        }
    }

    @Test("A head is signed again after an hour or a thousand entries, not before")
    func pace() throws {
        let first = try trial.head()
        try trial.invite("a")
        #expect(try trial.head() == first)
        trial.world.clock.advance(hour)
        let second = try trial.head()
        #expect(second.n == first.n + 1)
        trial.world.clock.advance(hour)
        #expect(try trial.head() == second, "there is nothing new to sign")
        for number in 0..<1_000 { try trial.invite("n\(number)") }
        #expect(try trial.head().n == second.n + 1_000)
    }

    @Test("A head of another purpose, node kind, key or form is none")
    func forged() throws {
        let signed = try trial.hq.write { try $0.auditHead(by: trial.signer) }
        let root = Roots(AuditWorld.key.publicKey)
        _ = try SignedAuditHead(verifying: signed, root: root)
        var other = signed
        other.signature = Data(AuditWorld.key.sign([UInt8](signed.head), for: .receipt))
        #expect(throws: WireError.self) { try SignedAuditHead(verifying: other, root: root) }
        let short = SignedAuditHead.sign(
            epoch: 1, n: 1, hash: [1], at: 1, by: AuditWorld.key, chain: trial.signer.chain)
        #expect(throws: WireError.self) { try SignedAuditHead(verifying: short, root: root) }
        let zero = SignedAuditHead.sign(
            epoch: 1, n: 0, hash: [UInt8](repeating: 1, count: 32), at: 1, by: AuditWorld.key, chain: trial.signer.chain
        )
        #expect(throws: WireError.self) { try SignedAuditHead(verifying: zero, root: root) }
    }

    private func signed(epoch: UInt64, n: Int64, _ byte: UInt8) throws -> SignedAuditHead {
        try SignedAuditHead(
            verifying: SignedAuditHead.sign(
                epoch: epoch, n: n, hash: [UInt8](repeating: byte, count: 32), at: 1, by: AuditWorld.key,
                chain: trial.signer.chain), root: Roots(AuditWorld.key.publicKey))
    }

    @Test("Who keeps a head raises an alarm at one that cannot be true beside it, once, until somebody has looked")
    func contradicted() throws {
        let device = trial.device
        try device.write { try $0.keep(signed(epoch: 1, n: 500, 1)) }
        try device.write { try $0.keep(signed(epoch: 1, n: 500, 1)) }
        try device.write { try $0.keep(signed(epoch: 2, n: 3, 2)) }
        try device.write { try $0.keep(signed(epoch: 1, n: 600, 3)) }
        #expect(try device.read { try $0.auditAlarms() }.isEmpty)
        #expect(try device.read { try $0.auditHeads() }.map(\.n).sorted() == [3, 600])
        try device.write { try $0.keep(signed(epoch: 1, n: 600, 4)) }
        try device.write { try $0.keep(signed(epoch: 1, n: 599, 4)) }
        let alarms = try device.read { try $0.auditAlarms() }
        #expect(alarms.map(\.n) == [600])
        #expect(alarms.first?.other != nil)
        #expect(try device.read { try $0.auditHeads() }.map(\.n).sorted() == [3, 600], "the first one stays")
        #expect(try device.write { try $0.dismissHeld("h1") })
        #expect(try device.read { try $0.auditAlarms() }.isEmpty)
        #expect(try !device.write { try $0.dismissHeld("h1") })
    }

    @Test("A node that is shown a head of its own beyond its end opens an epoch, and tells what it was shown")
    func cut() throws {
        let head = try trial.head()
        let epoch = try trial.hq.read { try $0.epoch() }
        try trial.meddle("DELETE FROM audit WHERE n > 12")
        try trial.hq.write { try $0.lookForCut(in: head) }
        #expect(try trial.hq.read { try $0.epoch() } != epoch)
        #expect(try trial.hq.read { try $0.auditAlarms() }.map(\.n) == [head.n])
        #expect(try trial.entries().suffix(3).map(\.kind) == [.contradicted, .setBack, .epochOpened])
        for number in 0..<5 { try trial.invite("later \(number)") }
        #expect(try trial.verify([head]).faults.contains { $0.n == head.n }, "it does not come right by growing")
        #expect(try trial.hq.write { try $0.dismissHeld("h1") })
        #expect(try trial.verify([head]).explained.count == 1)
    }

    @Test("A node finds by the head that it signed last that its audit was written anew")
    func ownHead() throws {
        _ = try trial.head()
        try trial.meddle("UPDATE audit SET detail = replace(detail, 'phone', 'tablet')")
        try trial.rechain()
        _ = try trial.head()
        #expect(try trial.hq.read { try $0.auditAlarms() }.count == 1)
    }

    @Test("A restore from a backup explains what was lost by it, and nothing else")
    func restored() throws {
        let before = try trial.head()
        let copy = try trial.world.copy(of: trial.hq, seed: 77)
        trial.world.clock.advance(hour)
        try trial.invite("lost")
        let lost = try trial.head()
        try copy.write { try $0.noteRestored(second: 1) }
        trial.world.clock.advance(hour)
        let after = try trial.head(of: copy)
        #expect(after.n == lost.n && after.chain != lost.chain)
        #expect(try copy.read { try $0.check(before) } == .holds)
        #expect(try copy.read { try $0.check(lost) } == .lost(by: before.n + 1))
        let found = try copy.read { try $0.verifyAudit(heads: [before, lost, after]) }
        #expect(found.isWhole && found.explained.count == 1)
        // Of after the restore nothing is explained by it.
        let forged = KeptAuditHead(try signed(epoch: after.epoch, n: after.n, 9))
        let late = try SignedAuditHead(
            verifying: SignedAuditHead.sign(
                epoch: after.epoch, n: after.n, hash: forged.chain, at: after.at, by: AuditWorld.key,
                chain: trial.signer.chain), root: Roots(AuditWorld.key.publicKey))
        #expect(try copy.read { try $0.check(KeptAuditHead(late)) } == .rewritten)
    }

    @Test("Heads that were written into a file are read again")
    func file() throws {
        let heads = [try trial.hq.write { try $0.auditHead(by: trial.signer) }]
        #expect(try AuditHeadFile.heads(AuditHeadFile.bytes(heads)) == heads)
        #expect(throws: WireError.self) { try AuditHeadFile.heads([1, 2, 3]) }
    }
}
