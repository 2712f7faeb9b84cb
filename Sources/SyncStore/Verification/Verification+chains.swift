import GRDB
import SyncCore
import SyncWire

extension ReadAccess {
    /// Every change set, chain by chain and side by side where one forked.
    func verifyChains(_ out: inout Verification) throws {
        try verifySegments(&out)
        for chain in try chains() {
            try verify(ChainSide(replica: chain.replica, local: names.known(chain.replica) ?? 0), &out)
            for side in try otherSides(of: chain.replica) { try verify(side, &out) }
        }
        let orphans = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM change_record WHERE entry NOT IN (SELECT rowid FROM change_log)")
        if let orphans, orphans > 0 {
            out.fault(.chains, "\(orphans) changes to records are named of which the change sets are gone")
        }
    }

    /// What a set's bytes are is compared with the chain; that each segment can be read is told by its own name.
    private func verifySegments(_ out: inout Verification) throws {
        for segment in try Int64.fetchAll(db, sql: "SELECT segment FROM log_segment ORDER BY segment") {
            do { _ = try content(ofSegment: segment) } catch {
                guard case StoreFailure.integrity(let sentence) = error else { throw error }
                out.fault(.chains, sentence)
            }
        }
    }

    private func verify(_ side: ChainSide, _ out: inout Verification) throws {
        let before = (side.parting?.seq ?? 1) - 1
        var last = ChainPosition(seq: before, hash: try hash(of: side, at: before) ?? [])
        while true {
            let batch: [LogEntry]
            do { batch = try entries(of: side, from: last.seq + 1, limit: 500, bytesMax: .max) } catch {
                guard case StoreFailure.integrity(let sentence) = error else { throw error }
                return out.fault(.chains, "chain \(side.replica): \(sentence)")
            }
            if batch.isEmpty { return }
            for entry in batch {
                out.changeSets += 1
                if let fault = fault(in: entry, after: last) {
                    return out.fault(.chains, "chain \(side.replica): \(fault)")
                }
                last = ChainPosition(seq: entry.seq, hash: entry.hash)
            }
        }
    }

    /// Where the bytes are gone, HQ's receipt stands for all sets up to there.
    private func fault(in entry: LogEntry, after last: ChainPosition) -> String? {
        guard let bytes = entry.bytes else { return nil }
        if entry.seq != last.seq + 1 { return "the sets between \(last.seq) and \(entry.seq) are missing" }
        if ChainHash.next(after: last.hash, set: bytes) != entry.hash {
            return "set \(entry.seq) does not follow the one before it"
        }
        return (try? entry.changeSet()) == nil ? "set \(entry.seq) cannot be read" : nil
    }
}
