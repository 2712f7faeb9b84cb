/// One metric in the text format of Prometheus (version 0.0.4): what it means, and its samples.
struct MetricFamily: Sendable {
    enum Kind: String, Sendable { case counter, gauge, histogram }

    struct Sample: Sendable {
        /// Of a histogram's series: `_bucket`, `_sum`, `_count`.
        var suffix = ""
        var labels: [(String, String)] = []
        let value: Double
    }

    let name: String
    let kind: Kind
    /// One sentence, without a line break.
    let help: String
    let samples: [Sample]

    init(_ kind: Kind, _ name: String, _ help: String, _ samples: [Sample]) {
        (self.kind, self.name, self.help, self.samples) = (kind, name, help, samples)
    }

    /// One sample without labels.
    init(_ kind: Kind, _ name: String, _ help: String, _ value: Double) {
        self.init(kind, name, help, [Sample(value: value)])
    }

    init(_ kind: Kind, _ name: String, _ help: String, _ value: Int) { self.init(kind, name, help, Double(value)) }

    /// A sample for each value of one label.
    init(_ kind: Kind, _ name: String, _ help: String, by label: String, _ values: [(String, Int)]) {
        self.init(kind, name, help, values.map { Sample(labels: [(label, $0.0)], value: Double($0.1)) })
    }

    var text: String {
        let head = "# HELP \(name) \(Self.escaped(help))\n# TYPE \(name) \(kind.rawValue)\n"
        return head + samples.map { "\(name)\($0.suffix)\(Self.braces($0.labels)) \(Self.number($0.value))\n" }.joined()
    }

    private static func braces(_ labels: [(String, String)]) -> String {
        if labels.isEmpty { return "" }
        let pairs = labels.map { "\($0)=\"\(escaped($1).replacing("\"", with: "\\\""))\"" }
        return "{" + pairs.joined(separator: ",") + "}"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    /// Whole numbers without a point, as people compare them.
    static func number(_ value: Double) -> String { Int64(exactly: value).map(String.init) ?? "\(value)" }
}
