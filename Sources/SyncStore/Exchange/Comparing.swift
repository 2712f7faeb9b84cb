import Foundation
import GRDB
import SyncCore
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
    /// The answer was cut short: go on in this range, behind the ids with this prefix.
    package fileprivate(set) var resume: (range: Int, after: [UInt8])?
}

extension ReadAccess {
    /// Compares what a puller listed with what is here, until the answer has `bytesMax` bytes of states.
    package func compare(_ listed: [ListedRange], bytesMax: Int) throws -> ListedAnswer {
        var answer = ListedAnswer()
        var bytes = 0
        for (index, theirs) in listed.enumerated() {
            var unknown = theirs.hashes
            var last = theirs.range.after
            for mine in try hashes(in: theirs.range) {
                unknown.remove(mine.hash)
                if answer.resume != nil || theirs.hashes.contains(mine.hash) { continue }
                guard let record = try load(mine.id), let base = record.base else { continue }
                let state = RecordStateCodec.encode(type: record.type, id: record.id, state: base)
                if !answer.states.isEmpty && bytes + state.count > bytesMax {
                    answer.resume = (index, last)
                    continue
                }
                bytes += state.count
                answer.states.append(state)
                last = mine.id.bytes
            }
            answer.unknown += unknown.sorted()
            if answer.resume != nil { break }
        }
        return answer
    }
}
