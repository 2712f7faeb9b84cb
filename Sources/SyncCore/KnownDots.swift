/// A record's causal context: per replica, ranges of n. A version vector with exceptions.
///
/// Kept as a sorted array of maximal runs: one run per replica unless there is a hole.
package struct KnownDots: Hashable, Sendable {
    /// The writes `first...last` of one replica.
    package struct Run: Hashable, Sendable {
        package let replica: ReplicaID
        package var first: UInt64
        package var last: UInt64

        package init(_ replica: ReplicaID, _ first: UInt64, _ last: UInt64) {
            precondition(first > 0 && first <= last, "a run of dots starts at 1 or later and ends no earlier")
            self.replica = replica
            self.first = first
            self.last = last
        }
    }

    /// Sorted by (replica, first); runs of one replica neither overlap nor touch.
    package private(set) var runs: [Run]

    package init() { runs = [] }

    package init(_ dots: some Sequence<Dot>) {
        self.init()
        for dot in dots { insert(dot) }
    }

    /// Runs in any order, overlapping or not.
    package init(runs unsorted: [Run]) {
        runs = []
        runs.reserveCapacity(unsorted.count)
        if unsorted.count == 1 { runs = unsorted; return }
        for run in unsorted.sorted(by: { ($0.replica.raw, $0.first) < ($1.replica.raw, $1.first) }) { append(run) }
    }

    package var isEmpty: Bool { runs.isEmpty }

    package func contains(_ dot: Dot) -> Bool {
        let index = insertionIndex(of: dot)
        return index > 0 && runs[index - 1].replica == dot.replica && runs[index - 1].last >= dot.n
    }

    /// The greatest known n of a replica, 0 when there is none.
    package func greatest(of replica: ReplicaID) -> UInt64 {
        let index = insertionIndex(of: Dot(replica, .max))
        return index > 0 && runs[index - 1].replica == replica ? runs[index - 1].last : 0
    }

    package mutating func insert(_ dot: Dot) {
        let index = insertionIndex(of: dot)
        let touchesLeft =
            index > 0 && runs[index - 1].replica == dot.replica
            && (runs[index - 1].last >= dot.n || runs[index - 1].last + 1 == dot.n)
        if touchesLeft && runs[index - 1].last >= dot.n { return }
        let touchesRight = index < runs.count && runs[index].replica == dot.replica && runs[index].first == dot.n &+ 1
        switch (touchesLeft, touchesRight) {
        case (true, true):
            runs[index - 1].last = runs[index].last
            runs.remove(at: index)
        case (true, false): runs[index - 1].last = dot.n
        case (false, true): runs[index].first = dot.n
        case (false, false): runs.insert(Run(dot.replica, dot.n, dot.n), at: index)
        }
    }

    package mutating func formUnion(_ other: KnownDots) {
        if other.runs.isEmpty || self == other { return }
        if runs.isEmpty { self = other; return }
        let mine = runs
        runs = []
        runs.reserveCapacity(mine.count + other.runs.count)
        var (i, j) = (0, 0)
        while i < mine.count || j < other.runs.count {
            let takeMine =
                j == other.runs.count
                || i < mine.count
                    && (mine[i].replica.raw, mine[i].first) <= (other.runs[j].replica.raw, other.runs[j].first)
            append(takeMine ? mine[i] : other.runs[j])
            if takeMine { i += 1 } else { j += 1 }
        }
    }

    package func isSuperset(of other: KnownDots) -> Bool {
        other.runs.allSatisfy { run in
            let index = insertionIndex(of: Dot(run.replica, run.first))
            return index > 0 && runs[index - 1].replica == run.replica && runs[index - 1].last >= run.last
        }
    }

    /// The same dots with each key of `renamed` replaced by its value.
    package func replacing(_ renamed: [Dot: Dot]) -> KnownDots {
        let hit = renamed.filter { contains($0.key) }
        if hit.isEmpty { return self }
        var out = KnownDots()
        for run in runs {
            var first = run.first
            for n in hit.keys.filter({ $0.replica == run.replica && run.first...run.last ~= $0.n }).map(\.n).sorted() {
                if n > first { out.append(Run(run.replica, first, n - 1)) }
                first = n + 1
            }
            if first <= run.last { out.append(Run(run.replica, first, run.last)) }
        }
        for dot in hit.values { out.insert(dot) }
        return out
    }

    /// The first index whose run starts after the dot.
    private func insertionIndex(of dot: Dot) -> Int {
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if (runs[middle].replica.raw, runs[middle].first) <= (dot.replica.raw, dot.n) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// Adds a run that sorts at or after the last one.
    private mutating func append(_ run: Run) {
        if let last = runs.last, last.replica == run.replica, last.last == .max || run.first <= last.last + 1 {
            runs[runs.count - 1].last = max(last.last, run.last)
        } else {
            runs.append(run)
        }
    }
}
