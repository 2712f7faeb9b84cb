/// A set of writes by their place in a history: bit i stands for write i.
struct WriteSet: Hashable, OptionSet {
    let rawValue: Int

    static func first(_ count: Int) -> WriteSet { WriteSet(rawValue: 1 << count - 1) }
    static func only(_ index: Int) -> WriteSet { WriteSet(rawValue: 1 << index) }

    /// Every subset of the first `count` writes, the smaller number first.
    static func subsets(of count: Int) -> [WriteSet] { (0..<1 << count).map(WriteSet.init) }

    /// The places of its writes, ascending.
    var indices: [Int] {
        var (rest, out) = (rawValue, [Int]())
        while rest != 0 {
            out.append(rest.trailingZeroBitCount)
            rest &= rest - 1
        }
        return out
    }

    func contains(_ index: Int) -> Bool { rawValue >> index & 1 == 1 }
}

/// Who made each write of a history, and which earlier ones the author had seen. Nothing of what was written.
struct CausalHistory: Hashable {
    /// Replicas by number, in the order of their first write.
    private(set) var authors: [Int] = []
    /// For each write what its author had seen: its own earlier writes, and with a write all that was seen by it.
    private(set) var seen: [WriteSet] = []

    /// Every causal history of `count` writes at up to `replicas` replicas, in every numbering that keeps causes first.
    static func all(of count: Int, replicas: Int) -> [CausalHistory] {
        (0..<count).reduce([CausalHistory()]) { histories, _ in histories.flatMap { $0.continued(replicas: replicas) } }
    }

    /// Whether with every write its causes are there too.
    func isCausal(_ set: WriteSet) -> Bool { set.indices.allSatisfy { set.isSuperset(of: seen[$0]) } }

    private func continued(replicas: Int) -> [CausalHistory] {
        let authorsNow = (authors.max() ?? -1) + 1
        return (0..<min(replicas, authorsNow + 1)).flatMap { author in
            WriteSet.subsets(of: authors.count).filter { set in
                isCausal(set) && authors.indices.allSatisfy { authors[$0] != author || set.contains($0) }
            }.map { set in
                var longer = self
                longer.authors.append(author)
                longer.seen.append(set)
                return longer
            }
        }
    }
}
