import FieldModel
import GRDB
import SyncCore
import SyncStore
import SyncWire
import Testing

@Suite("The audit tells what was committed and done, and shows whoever writes into it")
struct AuditTests {
    private let trial: AuditWorld

    init() throws { trial = try AuditWorld() }

    @Test("What nobody touched is whole, with the head that was signed")
    func whole() throws {
        let head = try trial.head()
        let found = try trial.verify([head])
        #expect(found.faults.map(\.words.en) == [])
        #expect(found.sets == 10 && found.heads == 1 && found.entries == 13)
    }

    @Test("Every set that enters, every verdict and every act has an entry with what it came by")
    func entries() throws {
        let entries = try trial.entries()
        #expect(
            entries.map(\.kind) == [
                .begun, .epochOpened, .made, .made, .made, .made, .applied, .refused, .applied, .invited, .made, .made,
                .made,
            ])
        let refused = try #require(entries.first { $0.kind == .refused })
        #expect(refused.authority?.roles == ["technician"])
        #expect(refused.detail?.contains("\"code\":\"set_once\"") == true)
        #expect(refused.set?.content?.author == trial.world.person)
    }

    struct Meddling: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let sql: String
        /// The first entry that is wrong; nil: not of one entry.
        let first: Int64?
    }

    /// The sixth set in the log stands in the entry 8.
    static let meddlings = [
        Meddling(
            testDescription: "the bytes of a set",
            sql: "UPDATE change_log SET bytes = (SELECT bytes FROM change_log WHERE rowid = 2) WHERE rowid = 6",
            first: 8),
        Meddling(
            testDescription: "the bytes of a set taken away", sql: "UPDATE change_log SET bytes = NULL WHERE rowid = 6",
            first: 8),
        Meddling(
            testDescription: "the hash of a set", sql: "UPDATE change_log SET hash = zeroblob(32) WHERE rowid = 6",
            first: 8),
        Meddling(
            testDescription: "the verdict of a set",
            sql:
                "UPDATE change_log SET verdict = 0, code = NULL, message_en = NULL, message_zh = NULL WHERE verdict = 1",
            first: nil),
        Meddling(
            testDescription: "the reason of a refusal",
            sql: "UPDATE change_log SET message_en = 'Nothing.' WHERE verdict = 1", first: nil),
        Meddling(
            testDescription: "the time of a set", sql: "UPDATE change_log SET at = at - 1 WHERE rowid = 6", first: 8),
        Meddling(
            testDescription: "whose set it is", sql: "UPDATE change_log SET own = 1 - own WHERE rowid = 6", first: 8),
        Meddling(testDescription: "a set deleted", sql: "DELETE FROM change_log WHERE rowid = 6", first: 8),
        Meddling(testDescription: "an entry deleted", sql: "DELETE FROM audit WHERE n = 8", first: 8),
        Meddling(
            testDescription: "a set and its entry deleted",
            sql: "DELETE FROM audit WHERE n = 8; DELETE FROM change_log WHERE rowid = 6", first: 8),
        Meddling(
            testDescription: "a set taken out of a record's list", sql: "DELETE FROM change_record WHERE entry = 6",
            first: 8),
        Meddling(
            testDescription: "two sets swapped",
            sql: """
                UPDATE change_log SET rowid = 99 WHERE rowid = 6; UPDATE change_log SET rowid = 6 WHERE rowid = 5;
                UPDATE change_log SET rowid = 5 WHERE rowid = 99
                """, first: 7),
        Meddling(
            testDescription: "two entries swapped",
            sql:
                "UPDATE audit SET n = 99 WHERE n = 8; UPDATE audit SET n = 8 WHERE n = 7; UPDATE audit SET n = 7 WHERE n = 99",
            first: 7),
        Meddling(testDescription: "the time of an entry", sql: "UPDATE audit SET at = at + 1 WHERE n = 8", first: 8),
        Meddling(testDescription: "the kind of an entry", sql: "UPDATE audit SET kind = 3 WHERE kind = 4", first: nil),
        Meddling(
            testDescription: "what an act was about",
            sql: "UPDATE audit SET detail = replace(detail, 'phone', 'tablet')",
            first: nil),
        Meddling(
            testDescription: "the roles that an author had", sql: "UPDATE authority SET content = content || x'2a0161'",
            first: 3),
        Meddling(
            testDescription: "the roles, with their hash",
            sql: "UPDATE authority SET local = local + 100 WHERE local = (SELECT max(local) FROM authority)", first: nil
        ),
        Meddling(testDescription: "the end of the audit cut off", sql: "DELETE FROM audit WHERE n > 12", first: nil),
        Meddling(
            testDescription: "a set put in",
            sql: """
                INSERT INTO change_log (replica, seq, hash, bytes, verdict, own, position, at)
                SELECT replica, seq + 1000, hash, bytes, verdict, own, position, at FROM change_log WHERE rowid = 6
                """, first: nil),
        Meddling(testDescription: "all of it", sql: "DELETE FROM audit", first: 1),
    ]

    @Test("Whoever changes, deletes or reorders is found", arguments: meddlings)
    func found(meddling: Meddling) throws {
        try trial.meddle(meddling.sql)
        let found = try trial.verify()
        #expect(!found.isWhole)
        if let first = meddling.first { #expect(found.faults.first?.n == first, "\(found.faults.map(\.words.en))") }
    }

    @Test("Whoever rewrites everything and chains it anew is found by a head that was kept")
    func rewritten() throws {
        let head = try trial.head()
        try trial.meddle("UPDATE audit SET detail = replace(detail, 'phone', 'tablet')")
        try trial.rechain()
        #expect(try trial.verify().isWhole, "without a head nobody could tell")
        let found = try trial.verify([head])
        #expect(found.faults.map(\.n) == [head.n])
    }

    @Test("Whoever cuts the end off everywhere is found by a head that was kept")
    func cut() throws {
        let head = try trial.head()
        try trial.meddle(
            """
            DELETE FROM change_record WHERE entry > 9; DELETE FROM change_log WHERE rowid > 9;
            UPDATE tally SET rows = 9 WHERE name = 'change_log';
            DELETE FROM audit WHERE entry > 9
            """)
        #expect(try trial.verify().isWhole, "without a head nobody could tell")
        let found = try trial.verify([head])
        #expect(found.faults.map(\.n) == [try trial.entries().last.map { $0.n + 1 }])
    }

    @Test("A node that had no audit yet begins with a digest of its log")
    func begins() throws {
        try trial.meddle(
            """
            DROP TABLE audit; DROP TABLE authority; DROP TABLE audit_head; DROP TABLE audit_alarm;
            DELETE FROM grdb_migrations WHERE identifier LIKE '%audit';
            """)
        let clock = trial.world.clock
        let path = trial.hq.path
        try trial.hq.close()
        let again = try Store(
            path: path, role: .hq,
            environment: StoreEnvironment(wallMilliseconds: { clock.milliseconds }, randomWord: { 7 }), creating: false)
        #expect(try again.read { try $0.verifyAudit(heads: []) }.faults.map(\.words.en) == [])
        #expect(try again.read { try $0.audit(AuditQuestion(limit: 9)) }.map(\.kind) == [.begun])
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "UPDATE change_log SET verdict = 0 WHERE verdict = 1") }
        #expect(try again.read { try $0.verifyAudit(heads: []) }.faults.first?.n == 1)
    }

    @Test("What concerns one record, person or device is found by it")
    func asked() throws {
        var question = AuditQuestion(limit: 100)
        question.record = AuditWorld.asset
        #expect(try trial.hq.read { try $0.audit(question) }.map(\.kind) == [.applied, .applied])
        question.record = nil
        question.user = trial.world.person
        #expect(try trial.hq.read { try $0.audit(question) }.map(\.kind) == [.invited])
        question.user = nil
        question.limit = 2
        let newest = try trial.hq.read { try $0.audit(question) }
        #expect(newest.map(\.n) == [13, 12])
    }

    @Test("A set that was offered at two nodes shows at both and, with both verdicts, at HQ", arguments: [true, false])
    func shopping(isRefusedFirst: Bool) throws {
        let world = try StoreWorld()
        let hq = try world.hq(roles: ["technician", "admin"])
        let (now, before) = (try world.store(.branch, seed: 2), try world.store(.branch, seed: 3))
        let device = try world.store(.device, seed: 4)
        for store in [now, before, device] { try world.pull(store, from: hq) }
        // Not an admin any more: one branch has heard of it.
        let roles = FieldEdit(tag: tag("user", "roles"), edit: .remove(.text("admin")))
        try hq.write { access in
            try access.commit(
                [LocalChange(type: EntityTag.user, record: world.person, edits: [roles])], author: world.headquarters)
        }
        try world.pull(now, from: hq)
        try device.write { access in
            try access.commit(
                [
                    LocalChange(
                        type: EntityTag.user, record: world.person, edits: [.put("mine", at: tag("user", "name"))])
                ], author: world.person)
        }
        try world.push(device, to: now, answerLost: true)
        try world.push(device, to: before, answerLost: true)
        let told = try [now, before].map { branch in
            try #require(
                try branch.read { try $0.audit(AuditQuestion(limit: 9)) }.first {
                    $0.set?.content?.author == world.person
                })
        }
        #expect(told.map(\.kind) == [.refused, .applied])
        #expect(told.map { $0.authority?.roles } == [["technician"], ["technician", "admin"]])
        #expect(told[0].set?.hash == told[1].set?.hash)
        for branch in isRefusedFirst ? [now, before] : [before, now] { try world.push(branch, to: hq) }
        for branch in [now, before] { try world.push(branch, to: hq) }
        let above = try hq.read { try $0.audit(AuditQuestion(limit: 99)) }.filter { $0.set?.hash == told[0].set?.hash }
        #expect(
            above.reversed().map(\.kind)
                == (isRefusedFirst ? [.refused, .turnedApplied] : [.applied, .judgedOtherwise]))
        for node in [hq, now, before] {
            #expect(try node.read { try $0.verifyAudit(heads: []) }.faults.map(\.words.en) == [])
        }
    }
}
