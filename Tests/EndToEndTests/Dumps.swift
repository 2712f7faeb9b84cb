import Foundation
import Testing

/// Canonical dumps of several replicas, a line a record.
enum Dumps {
    /// Whether they are the same to the byte, of the scopes that all of them hold.
    static func agree(_ dumps: [String]) -> Bool { Set(shared(dumps)).count == 1 }

    /// Of each dump the lines of records in scopes that all of them hold; there is one beside what everybody holds.
    static func shared(_ dumps: [String]) -> [[Substring]] {
        let lines = dumps.map { $0.split(separator: "\n") }
        let scopes = lines.map { Set($0.map(scope)) }
        let common = scopes.dropFirst().reduce(scopes.first ?? []) { $0.intersection($1) }
        #expect(!common.subtracting(["catalog", "org"]).isEmpty, "they have nothing in common")
        return lines.map { $0.filter { common.contains(scope($0)) } }
    }

    private static func scope(_ line: Substring) -> Substring {
        guard let name = line.range(of: "\"scope\":\"", options: .backwards) else { return "" }
        return line[name.upperBound...].prefix { $0 != "\"" }
    }
}
