import Foundation
import GRDB
package import SyncCore

/// An author's signature over the head of a run, which a branch keeps beside its log: whoever relays the run needs it, for
/// nobody else can sign for the author. Where the log is archived it keeps as many as runs need that are not too long.
package enum HeadSignature {
    /// Of a run that old signatures may let grow together.
    static let (runSetsMax, runBytesMax) = (200, 256 * 1024)

    static func create(_ db: Database) throws {
        try db.execute(
            sql: """
                CREATE TABLE head_signature (
                  replica INTEGER NOT NULL, seq INTEGER NOT NULL, signature BLOB NOT NULL, PRIMARY KEY (replica, seq)
                ) WITHOUT ROWID;
                """)
        try adopt(db)
    }

    /// An earlier version kept them under long names among the values of the rooms above.
    private static func adopt(_ db: Database) throws {
        let rows = try Row.fetchCursor(db, sql: "SELECT key, value FROM meta WHERE key GLOB 'head_signature/*'")
        let names = LocalNames(db)
        while let row = try rows.next() {
            let parts = (row[0] as String).split(separator: "/").map(String.init)
            guard parts.count == 3, let replica = ReplicaID(hex: parts[1]), let seq = Int64(parts[2]) else { continue }
            try db.cachedStatement(sql: insert).execute(arguments: [names.local(replica), seq, row[1] as Data])
        }
        try db.execute(sql: "DELETE FROM meta WHERE key GLOB 'head_signature/*'")
    }

    fileprivate static let insert = """
        INSERT INTO head_signature (replica, seq, signature) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET signature = excluded.signature
        """
}

extension ReadAccess {
    private static let oneSignature = FixedSQL("SELECT signature FROM head_signature WHERE replica = ? AND seq = ?")
    private static let signatures = FixedSQL(
        """
        SELECT seq FROM (
          SELECT seq FROM head_signature WHERE replica = ?1 AND seq BETWEEN ?2 AND ?3 UNION ALL
          SELECT seq FROM (
            SELECT seq FROM head_signature WHERE replica = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT 2))
        ORDER BY seq
        """)
    private static let runSize = FixedSQL(
        """
        SELECT count(*), total(coalesce(length, length(bytes))) FROM change_log
        WHERE replica = ? AND seq > ? AND seq <= ?
        """)

    /// The 64 bytes of a chain's signature at a seq; nil where its author's run did not end, or none is kept.
    package func headSignature(of replica: ReplicaID, at seq: UInt64) throws -> [UInt8]? {
        guard let local = try names.known(replica) else { return nil }
        let row = try prepare(Self.oneSignature)
        row.bind(1, local)
        row.bind(2, Int64(clamping: seq))
        return try row.first { $0.bytes(0) }
    }

    /// Those at some sets of a chain, and the last two before them.
    fileprivate func signedSeqs(_ local: Int64, _ seqs: ClosedRange<UInt64>) throws -> [Int64] {
        let rows = try prepare(Self.signatures)
        rows.bind(1, local)
        rows.bind(2, Int64(clamping: seqs.lowerBound))
        rows.bind(3, Int64(clamping: seqs.upperBound))
        return try rows.all { $0.integer(0) }
    }

    fileprivate func fitsOneRun(_ local: Int64, after before: Int64, to last: Int64) throws -> Bool {
        let row = try prepare(Self.runSize)
        row.bind(1, local)
        row.bind(2, before)
        row.bind(3, last)
        return try row.first {
            $0.integer(0) <= HeadSignature.runSetsMax && $0.integer(1) <= HeadSignature.runBytesMax
        } ?? false
    }
}

extension WriteAccess {
    private static let deleteSignature = FixedSQL("DELETE FROM head_signature WHERE replica = ? AND seq = ?")

    /// The node that takes a run in keeps its signature in the same transaction.
    package func keep(headSignature signature: [UInt8], of replica: ReplicaID, at seq: UInt64) throws {
        try db.cachedStatement(sql: HeadSignature.insert).execute(
            arguments: [names.local(replica), Int64(clamping: seq), Data(signature)])
    }

    /// Drops signatures that others beside them make up for: the run between those is no longer than a request likes.
    /// - Parameter seqs: sets of the chain that were archived.
    func thinSignatures(of replica: ReplicaID, _ seqs: ClosedRange<UInt64>) throws {
        let local = try names.local(replica)
        let signed = try signedSeqs(local, seqs)
        guard var kept = signed.first else { return }
        for (seq, next) in zip(signed.dropFirst(), signed.dropFirst(2)) {
            guard try fitsOneRun(local, after: kept, to: next) else {
                kept = seq
                continue
            }
            let row = try prepare(Self.deleteSignature)
            row.bind(1, local)
            row.bind(2, seq)
            try row.run()
        }
    }
}
