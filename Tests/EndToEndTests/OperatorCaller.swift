import Foundation
import SyncClient
import Testing

/// Whoever operates a node, at its addresses for him.
struct OperatorCaller {
    private let url: String
    private let client = HTTPClient(configuration: HTTPConfiguration(verification: .none, userAgent: "operator"))

    init(_ url: String) { self.url = url }

    func get(_ path: String, headers: [(String, String)] = []) throws -> HTTPResponse {
        try client.send(HTTPRequest(method: "GET", url: url + path, headers: headers, timeoutSeconds: 10))
    }

    /// What `/readyz` says; the reason where it says no. Nil: nobody answers.
    func readiness() -> (status: Int, reason: String?)? {
        guard let answer = try? get("/readyz") else { return nil }
        return (answer.status, try? JSON(answer.body)["details"]["reason"].text)
    }

    func isReady() -> Bool { readiness().map { $0.status == 200 } ?? false }
    func isUnready(_ reason: String) -> Bool { readiness().map { $0 == (503, reason) } ?? false }

    func metrics() throws -> Metrics { try Metrics(String(decoding: get("/metrics").body, as: UTF8.self)) }
}

/// What a scrape brought, read as strictly as the text format (version 0.0.4) says.
struct Metrics {
    struct Wrong: Error { let line: String }

    private(set) var types: [String: String] = [:]
    private var helps: Set<String> = []
    /// By name and labels, as they stand in the line.
    private(set) var values: [String: Double] = [:]
    private var order: [String] = []

    init(_ text: String) throws {
        guard text.hasSuffix("\n") else { throw Wrong(line: "the last line is not ended") }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            guard try take(String(line)) else { throw Wrong(line: String(line)) }
        }
    }

    /// The metrics' names.
    var names: Set<String> { Set(types.keys) }

    subscript(sample: String) -> Double? { values[sample] }

    /// The sum over all labels.
    func sum(_ name: String) -> Double {
        values.filter { $0.key == name || $0.key.hasPrefix(name + "{") }.reduce(0) { $0 + $1.value }
    }

    private mutating func take(_ line: String) throws -> Bool {
        let words = line.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        if line.hasPrefix("# HELP ") { return words.count == 4 && helps.insert(words[2]).inserted }
        if line.hasPrefix("# TYPE ") {
            guard words.count == 4, helps.contains(words[2]), types[words[2]] == nil else { return false }
            types[words[2]] = words[3]
            return Self.isNamed(words[2], words[3])
        }
        return try takeSample(line)
    }

    /// A counter's name says so, and names its unit before it.
    private static func isNamed(_ name: String, _ type: String) -> Bool {
        name.wholeMatch(of: /fieldsync_[a-z_]+/) != nil && (type == "counter") == name.hasSuffix("_total")
            && ["counter", "gauge", "histogram"].contains(type)
    }

    private mutating func takeSample(_ line: String) throws -> Bool {
        let form = /([a-z_]+)((?:\{[a-z]+="(?:[^"\\]|\\.)*"(?:,[a-z]+="(?:[^"\\]|\\.)*")*\})?) (-?[0-9.e+-]+)/
        guard let match = line.wholeMatch(of: form), let value = Double(match.3) else { return false }
        let series = String(match.1 + match.2)
        guard values.updateValue(value, forKey: series) == nil else { return false }
        let name = String(match.1)
        if types[name] != nil { return types[name] != "histogram" }
        let base = name.replacing(/_(bucket|sum|count)$/, with: "")
        return types[base] == "histogram"
    }

    /// Whether every histogram's buckets rise to its count.
    var histogramsAdd: Bool {
        types.filter { $0.value == "histogram" }.keys.allSatisfy { name in
            values.filter { $0.key.hasPrefix(name + "_count") }.allSatisfy { series, count in
                let labels = series.dropFirst((name + "_count").count).dropFirst().dropLast()
                let prefix = "\(name)_bucket{" + (labels.isEmpty ? "" : labels + ",")
                let buckets = values.filter { $0.key.hasPrefix(prefix + "le=") }
                return !buckets.isEmpty && buckets[prefix + "le=\"+Inf\"}"] == count
                    && buckets.values.allSatisfy { $0 <= count }
            }
        }
    }
}
