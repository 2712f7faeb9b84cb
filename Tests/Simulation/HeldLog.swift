import Foundation
import GRDB
import SyncCore
@testable import SyncStore
import SyncWire

/// What a node's log says became of the sets that it has, by their marks.
struct HeldLog {
    private(set) var applied: Set<String> = []
    private(set) var refused: Set<String> = []
    private(set) var undecided: Set<String> = []
    /// Rows of one seq of one side of a chain: more than one is a set with two verdicts.
    private(set) var doubled = 0

    init(_ access: ReadAccess) throws {
        var seen: Set<[Int64]> = []
        for row in try Row.fetchAll(access.db, sql: "SELECT replica, seq, bytes, verdict FROM change_log") {
            if !seen.insert([row[0], row[1]]).inserted { doubled += 1 }
            guard let bytes = row[2] as Data?, let verdict = Verdict(rawValue: UInt8(row[3] as Int64)) else { continue }
            let set = try ChangeSetCodec.decode([UInt8](bytes), replica: access.names.replica(row[0]))
            let marks = Self.marks(in: set)
            switch verdict {
            case .applied: applied.formUnion(marks)
            case .refused: refused.formUnion(marks)
            case .undecided: undecided.formUnion(marks)
            case .gone: break
            }
        }
    }

    static func marks(in set: ChangeSet) -> [String] {
        set.changes.flatMap { change -> [Value] in
            switch change.effect {
            case .write(let write): write.fields.compactMap(\.value)
            case .witness(let state): state.fields.flatMap { $0.state.siblings.map(\.value) }
            }
        }.compactMap(Ledger.mark)
    }
}
