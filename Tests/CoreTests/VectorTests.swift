import Foundation
import SyncCore
import Testing

@Suite("Vectors: the merge of record states agrees with protocol/vectors/merge")
struct VectorTests {
    @Test("every state of a case is as expected, and shows what is expected", arguments: MergeVector.names())
    func agrees(case name: String) throws {
        let vector = try MergeVector(named: name)
        #expect(vector.name == name)
        let states = try run(vector)
        #expect(Set(states.keys) == Set(vector.expect.keys))
        for (name, state) in states {
            #expect(try vector.render(state) == expected(name, vector), "state \(name)")
        }
    }

    @Test("the cases of every group are there")
    func nothingIsMissing() {
        let names = MergeVector.names()
        for (prefix, least) in [("", 230), ("random-", 150), ("world-", 32), ("fork-", 8)] {
            #expect(names.count { $0.hasPrefix(prefix) } >= least)
        }
    }

    private func expected(_ name: String, _ vector: MergeVector) throws -> String {
        if let same = vector.expect[name] as? String { return try expected(same, vector) }
        return try MergeVector.text(MergeVector.cast(vector.expect[name]))
    }

    private func run(_ vector: MergeVector) throws -> [String: RecordState] {
        var states: [String: RecordState] = [:]
        func state(_ name: String?) throws -> RecordState {
            guard let name, let state = states[name] else { throw MalformedVector(description: "state \(name ?? "-")") }
            return state
        }
        for step in try vector.steps.map({ try MergeVector.cast($0, as: [String: String].self) }) {
            if let x = step["new"] {
                states[x] = RecordState()
            } else if let x = step["copy"] {
                states[x] = try state(step["of"])
            } else if let x = step["apply"] {
                let change = try vector.change(MergeVector.cast(step["change"]))
                var changed = try state(x)
                changed.apply(change.write, timestamp: change.timestamp, author: change.author)
                states[x] = changed
            } else {
                var joined = try state(step["join"])
                joined.join(try state(step["with"]))
                states[try MergeVector.cast(step["join"])] = joined
            }
        }
        return states
    }
}
