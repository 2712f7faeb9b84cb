/// What a message names often, once: sorted, without repetition. Below it are indexes.
struct IndexTable<Element: Comparable> {
    let elements: [Element]
    private var unused: Int
    private var used: [Bool]

    /// For writing: the elements in any order.
    init(of unsorted: some Sequence<Element>) {
        var sorted = Array(unsorted)
        if sorted.count > 1 {
            sorted.sort()
            sorted = sorted.indices.filter { $0 == 0 || sorted[$0 - 1] != sorted[$0] }.map { sorted[$0] }
        }
        elements = sorted
        unused = 0
        used = []
    }

    /// For reading: nil unless the elements are in order, each once.
    init?(sorted: [Element]) {
        for index in sorted.indices.dropFirst() where sorted[index - 1] >= sorted[index] { return nil }
        elements = sorted
        unused = sorted.count
        used = [Bool](repeating: false, count: sorted.count)
    }

    /// The index of an element that is in the table.
    func index(of element: Element) -> UInt64 {
        var (low, high) = (0, elements.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if elements[middle] < element { low = middle + 1 } else { high = middle }
        }
        return UInt64(low)
    }

    /// The element at an index; nil when there is none. The table remembers that it was asked for.
    mutating func use(_ index: UInt64) -> Element? {
        guard index < UInt64(elements.count) else { return nil }
        let index = Int(index)
        if !used[index] {
            used[index] = true
            unused -= 1
        }
        return elements[index]
    }

    /// Whether every element was used: one that nothing names would make a second form of the same content.
    var isUsedUp: Bool { unused == 0 }
}
