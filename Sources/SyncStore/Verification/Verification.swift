import GRDB
package import SyncCore

/// What reading everything found.
package struct Verification: Sendable {
    /// What is compared with what.
    package enum Check: String, CaseIterable, Sendable {
        /// The database file's own structure, page by page, and its indexes.
        case pages
        /// Each record's columns and state with the hash that was kept beside them.
        case records
        /// Each scope's digest with the sum of its records' hashes.
        case scopes
        /// Each change set's hash with its bytes and the set before it, and the log with what was counted and named.
        case chains
        /// What follows from the records with what is kept of it: derived fields, conflicts, search index, counts.
        case projections
    }

    package struct Fault: Sendable {
        package let check: Check
        package let sentence: String
    }

    /// A record whose content is not what was written, or cannot be read.
    package struct Damaged: Hashable, Sendable {
        package let id: RecordID
        /// The tag of the type in whose table it stands; 0 for one that this version does not know.
        let table: TypeTag
        package let scope: String
    }

    /// So many are told of; more of them say no more.
    static let faultsMax = 1_000

    package internal(set) var scopes = 0
    package internal(set) var records = 0
    package internal(set) var changeSets = 0
    package private(set) var found: [Fault] = []
    package private(set) var damaged: [Damaged] = []
    /// Entries that records have in the list of whom they name.
    var named = 0

    /// What does not agree, one sentence each.
    package var faults: [String] { found.map(\.sentence) }

    package func count(_ check: Check) -> Int { found.count { $0.check == check } }

    mutating func fault(_ check: Check, _ sentence: String) {
        if found.count < Self.faultsMax { found.append(Fault(check: check, sentence: sentence)) }
    }

    mutating func damaged(_ record: Damaged, _ sentence: String) {
        if damaged.count < Self.faultsMax { damaged.append(record) }
        fault(.records, sentence)
    }
}

extension ReadAccess {
    /// Reads every page, every record and every change set, and compares them with what was kept beside them.
    package func verify() throws -> Verification {
        var out = Verification()
        do {
            try verifyPages(&out)
            try verifyRecords(&out)
            try verifyChains(&out)
            try verifyCounts(&out)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CORRUPT {
            // What cannot be read cannot be compared.
            if out.count(.pages) == 0 { out.fault(.pages, "the database file is damaged: \(error.message ?? "")") }
        }
        return out
    }

    private func verifyPages(_ out: inout Verification) throws {
        for line in try String.fetchAll(db, sql: "PRAGMA integrity_check(100)") where line != "ok" {
            out.fault(.pages, "the database file is damaged: \(line)")
        }
    }

    private func verifyCounts(_ out: inout Verification) throws {
        let named = try Int.fetchOne(db, sql: "SELECT count(*) FROM named") ?? 0
        if out.damaged.isEmpty, named != out.named {
            out.fault(.projections, "the list of whom records name has more in it than follows from them")
        }
        for tally in Tally.all {
            let (kept, there) = try (
                self.tally(tally), Int.fetchOne(db, sql: "SELECT count(*) FROM \"\(tally.table)\"")
            )
            guard kept != there else { continue }
            let check = tally == .changeSets ? Verification.Check.chains : .projections
            out.fault(check, "\(kept) rows were written to \(tally.table), and \(there ?? 0) are there")
        }
    }
}
