import Foundation
import SyncCore
import SyncStore
import SyncWire

/// What a node answers to whoever compares with it, all of one snapshot.
struct Comparison: Sendable {
    let asked: WireReconcileRequest
    /// Whose holdings decide what is compared.
    let holder: RecordID
    let bytesMax: Int

    func answer(_ access: ReadAccess) throws -> WireReconcileResponse {
        if !asked.ranges.isEmpty { return try ranges(access) }
        return try asked.listed.isEmpty ? scopes(access) : listed(access)
    }

    /// The differing scopes, and the position from which the puller goes on when the differences are in: both of one
    /// snapshot, so that nothing falls between them.
    private func scopes(_ access: ReadAccess) throws -> WireReconcileResponse {
        let theirs = asked.digests.map { digest in
            ScopeSummary(
                name: digest.scope, digest: ScopeDigest(sum: UInt128(digest.high) << 64 | UInt128(digest.low)),
                records: Int(clamping: digest.records))
        }
        var answer = WireReconcileResponse()
        answer.checkpoint = WireCheckpoint(try access.ownCheckpoint())
        let compared = try access.compare(theirs, for: holder)
        (answer.differing, answer.dropped, answer.unheld) = (compared.differing, compared.dropped, compared.unheld)
        return answer
    }

    private func ranges(_ access: ReadAccess) throws -> WireReconcileResponse {
        var answer = WireReconcileResponse()
        var before = 0
        for ranges in asked.ranges {
            guard ranges.upto.count == ranges.sums.count else {
                throw Problem(.badRequest, detail: "every range has an end and a sum")
            }
            let theirs = try RangeSum.following(ranges)
            answer.differingRanges += try access.differing(theirs, for: holder).map { UInt32(before + $0) }
            before += theirs.count
        }
        return answer
    }

    private func listed(_ access: ReadAccess) throws -> WireReconcileResponse {
        let theirs = try asked.listed.map { listed in
            let range = try IDRange(scope: listed.scope, after: prefix(listed.after), upto: prefix(listed.upto))
            return ListedRange(range: range, hashes: Set(listed.hashes))
        }
        let found = try access.compare(theirs, for: holder, bytesMax: bytesMax)
        var answer = WireReconcileResponse()
        answer.states = found.states.map { Data($0) }
        answer.personKeys = try access.carriedKeys(ofStates: found.states)
        answer.unknown = found.unknown
        answer.evicted = found.evicted.map { Data($0.bytes) }
        answer.recovering = try access.isRecovering()
        if let resume = found.resume {
            answer.resume.range = UInt32(resume.range)
            answer.resume.after = Data(resume.after)
        }
        return answer
    }
}

extension RangeSum {
    /// Ranges that follow one another, as they travel.
    fileprivate static func following(_ wire: WireSummedRanges) throws -> [RangeSum] {
        var after = try prefix(wire.after)
        return try zip(wire.upto, wire.sums).map { end, sum in
            let upto = try prefix(end)
            defer { after = upto }
            return RangeSum(range: IDRange(scope: wire.scope, after: after, upto: upto), records: 0, sum: sum)
        }
    }
}

private func prefix(_ bytes: Data) throws -> [UInt8] {
    guard bytes.count <= 16 else { throw Problem(.badRequest, detail: "a record's id has 16 bytes") }
    return [UInt8](bytes)
}
