import Foundation
import GRDB
package import SyncCore
import SyncWire

/// What a puller holds in a range of ids: the last 8 bytes of each record's hash.
package struct ListedRange: Sendable {
    package let range: IDRange
    package let hashes: Set<UInt64>

    package init(range: IDRange, hashes: Set<UInt64>) {
        self.range = range
        self.hashes = hashes
    }
}

/// What a node answers to listed ranges.
package struct ListedAnswer: Sendable {
    /// States that were not listed, in their canonical bytes.
    package fileprivate(set) var states: [[UInt8]] = []
    /// Listed hashes that no record of the range has here.
    package fileprivate(set) var unknown: [UInt64] = []
    /// Records of the ranges that have left what the puller holds.
    package fileprivate(set) var evicted: [RecordID] = []
    /// The answer was cut short: go on in this range, behind the ids with this prefix.
    package fileprivate(set) var resume: (range: Int, after: [UInt8])?
}

extension ReadAccess {
    /// Compares what a puller listed with what is here of what he holds, until the answer has `bytesMax` bytes of states.
    package func compare(_ listed: [ListedRange], for holder: RecordID, bytesMax: Int) throws -> ListedAnswer {
        var answer = ListedAnswer()
        var bytes = 0
        let (held, maySay) = (try heldScopes(of: holder), try maySayLost(holder))
        for (index, theirs) in listed.enumerated() {
            var unknown = theirs.hashes
            // As if nothing were there.
            guard try holds(holder, scope: theirs.range.scope) else {
                answer.unknown += unknown.sorted()
                continue
            }
            var last = theirs.range.after
            try eachHash(in: theirs.range) { mine in
                unknown.remove(mine.hash)
                // Behind the cut only what is left of the listed hashes is looked for.
                if answer.resume != nil { return !unknown.isEmpty }
                if !theirs.hashes.contains(mine.hash), let state = try encodedBase(of: mine.id) {
                    if !answer.states.isEmpty && bytes + state.count > bytesMax {
                        answer.resume = (index, last)
                        return !unknown.isEmpty
                    }
                    bytes += state.count
                    answer.states.append(state)
                }
                last = mine.id.bytes
                return true
            }
            answer.unknown += unknown.sorted()
            if maySay, !unknown.isEmpty { answer.evicted += try departed(in: theirs.range, held) }
            if answer.resume != nil { break }
        }
        return answer
    }

    private func encodedBase(of id: RecordID) throws -> [UInt8]? {
        guard let record = try load(id), let base = record.base else { return nil }
        return RecordStateCodec.encode(type: record.type, id: id, state: base)
    }
}
