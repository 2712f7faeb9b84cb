/// How often something was how large. Counts are kept for each bucket alone and added up when they are shown.
struct Histogram: Sendable {
    /// Seconds, from a look at a page in memory to a pull that waits.
    static let seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60]
    /// Writes that share a transaction.
    static let batch: [Double] = [1, 2, 5, 10, 20, 50, 100, 200]

    /// Upper bounds, rising.
    private let bounds: [Double]
    private var counts: [Int]
    private var sum = 0.0

    init(_ bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    mutating func observe(_ value: Double) {
        counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
        sum += value
    }

    func samples(_ labels: [(String, String)] = []) -> [MetricFamily.Sample] {
        var total = 0
        let buckets = zip(bounds.map { MetricFamily.number($0) } + ["+Inf"], counts).map { bound, count in
            total += count
            return MetricFamily.Sample(suffix: "_bucket", labels: labels + [("le", bound)], value: Double(total))
        }
        return buckets + [
            MetricFamily.Sample(suffix: "_sum", labels: labels, value: sum),
            MetricFamily.Sample(suffix: "_count", labels: labels, value: Double(total)),
        ]
    }
}
