import SyncCore

/// Computes from the ledger alone which values HQ must show, and shares no rule with the product: it knows values, who had
/// seen which, and which sets were accepted.
struct Oracle {
    let ledger: Ledger
    /// The numbers of the sets that HQ applied.
    let accepted: Set<Int>

    private func isAccepted(_ entry: Int) -> Bool { accepted.contains(ledger.entries[entry].set) }

    /// The writes of a place that no accepted write has overwritten.
    func standing(at place: Place) -> [Ledger.Entry] {
        let writes = (ledger.places[place] ?? []).filter(isAccepted)
        let gone = writes.reduce(into: Set<Int>()) { $0.formUnion(ledger.overwrites(of: $1)) }
        return writes.filter { !gone.contains($0) }.map { ledger.entries[$0] }.filter { $0.value != nil }
    }

    /// What a place shows: the distinct values, of a counter the sum.
    func shown(at place: Place) -> [Value] {
        let standing = standing(at: place)
        if standing.first?.kind == .counter { return [.integer(Self.sum(standing.compactMap(\.value)))] }
        return Set(standing.compactMap(\.value)).sorted()
    }

    static func sum(_ values: [Value]) -> Int64 {
        values.reduce(0) { sum, value in
            if case .integer(let number) = value { sum + number } else { sum }
        }
    }
}
