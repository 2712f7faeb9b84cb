/// Finds what a mistyped word was meant to be.
package enum NearestNames {
    /// At most three of `names` that a few wrong keys away from `text`, the nearest first.
    package static func of(_ text: String, among names: [String]) -> [String] {
        let near = names.map { (name: $0, distance: distance(Array(text.lowercased().utf8), Array($0.utf8))) }
            .filter { $0.distance <= max(2, text.utf8.count / 3) || $0.name.hasPrefix(text.lowercased()) }
        return near.sorted { ($0.distance, $0.name) < ($1.distance, $1.name) }.prefix(3).map(\.name)
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...b.count)
        for i in a.indices {
            var current = [i + 1]
            for j in b.indices {
                var best = min(last[j + 1] + 1, current[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, beforeLast[j - 1] + 1) }
                current.append(best)
            }
            (beforeLast, last) = (last, current)
        }
        return last[b.count]
    }
}
