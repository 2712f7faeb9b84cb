import FieldModel
import Foundation
import GRDB
import SyncCore
import SyncStore
import SyncWire

/// A headquarters with an audit: own sets, a device's sets of which one is refused, an invitation, and signed heads.
struct AuditWorld {
    static let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))
    let world: StoreWorld
    let hq: Store
    let device: Store
    let signer: AuditSigner

    init() throws {
        world = try StoreWorld()
        hq = try world.hq(roles: ["technician"])
        device = try world.store(.device, seed: 5)
        let identity = Identity(
            kind: .hq, key: Self.key.publicKey, subject: world.headquarters, name: "HQ", code: "HQ", issuedAt: 0,
            expiresAt: 1)
        signer = AuditSigner(
            node: world.headquarters, key: Self.key, chain: [Certificate.issue(identity, by: Self.key)])
        for number in 0..<3 { try world.create("work_order", on: hq, ["diagnosis": .text("hose \(number)")]) }
        try world.pull(device, from: hq)
        try write(on: device, to: EntityTag.asset, "F1", at: tag("asset", "firmware"))
        try write(on: device, to: EntityTag.branch, "not mine to say", at: tag("branch", "name"))
        try write(on: device, to: EntityTag.asset, "F2", at: tag("asset", "firmware"))
        try world.push(device, to: hq)
        try invite("phone")
        for number in 3..<6 { try world.create("work_order", on: hq, ["diagnosis": .text("hose \(number)")]) }
    }

    static let asset = RecordID(high: 0x0190_0000_0000_7200, low: 0x8000_0000_0000_0007)

    func write(on store: Store, to type: TypeTag, _ text: String, at field: FieldTag) throws {
        let record = type == EntityTag.branch ? world.headquarters : Self.asset
        let author = store.role.isNode ? world.headquarters : world.person
        try store.write { access in
            let creates = try access.state(of: record) == nil
            let edits = (creates ? [FieldEdit.put("user/\(world.person)", at: .scope)] : []) + [.put(text, at: field)]
            try access.commit([LocalChange(type: type, record: record, creates: creates, edits: edits)], author: author)
        }
    }

    func invite(_ name: String) throws {
        try hq.write { access in
            try access.add(
                Invite(kind: .device, subject: world.person, name: name, expiresAt: 9), codeHash: Array(name.utf8))
        }
    }

    func head(of store: Store? = nil) throws -> KeptAuditHead {
        let signed = try (store ?? hq).write { try $0.auditHead(by: signer) }
        return try KeptAuditHead(SignedAuditHead(verifying: signed, root: Roots(Self.key.publicKey)))
    }

    func verify(_ heads: [KeptAuditHead] = []) throws -> AuditFindings {
        try hq.read { try $0.verifyAudit(heads: heads) }
    }

    func entries(_ store: Store? = nil) throws -> [AuditView] {
        try (store ?? hq).read { try $0.audit(AuditQuestion(limit: 1_000)) }.reversed()
    }

    func meddle(_ sql: String) throws {
        let queue = try DatabaseQueue(path: hq.path)
        try queue.write { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// Chains all entries anew, as somebody would who knows how.
    func rechain() throws {
        let queue = try DatabaseQueue(path: hq.path)
        try queue.write { db in
            var last = AuditEntry.start
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT audit.n, audit.at, audit.position, audit.kind, audit.detail, authority.hash AS authority,
                      replica.id AS replica, seq, change_log.hash AS hash
                    FROM audit LEFT JOIN change_log ON change_log.rowid = audit.entry
                      LEFT JOIN replica ON replica.local = change_log.replica
                      LEFT JOIN authority ON authority.local = audit.authority ORDER BY audit.n
                    """)
            for row in rows {
                let set = (row["hash"] as Data?).map {
                    AuditEntry.Subject(
                        replica: ReplicaID(UInt64(bitPattern: row["replica"] as Int64)),
                        seq: UInt64(row["seq"] as Int64),
                        hash: [UInt8]($0))
                }
                let entry = AuditEntry(
                    n: row["n"], at: row["at"], position: row["position"], kind: UInt8(row["kind"] as Int64), set: set,
                    authority: (row["authority"] as Data?).map { [UInt8]($0) },
                    detail: Array((row["detail"] as String? ?? "").utf8))
                last = entry.chained(after: last)
                try db.execute(sql: "UPDATE audit SET chain = ? WHERE n = ?", arguments: [Data(last), entry.n])
            }
        }
        try queue.close()
    }
}
