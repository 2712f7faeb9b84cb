package import FieldModel

/// What reading a node's audit, and the log with it, found.
package struct AuditFindings: Sendable {
    package struct Fault: Sendable {
        /// The entry that is wrong; nil where it is about what no entry tells of.
        package let n: Int64?
        package let words: Words
    }

    /// So many are told of; more of them say no more.
    private static let faultsMax = 1_000

    package internal(set) var entries: Int64 = 0
    /// Change sets whose bytes were compared.
    package internal(set) var sets = 0
    /// Signed heads that were compared.
    package internal(set) var heads = 0
    /// Heads that are of before a restore which the audit tells of, or that somebody has looked at.
    package internal(set) var explained: [Words] = []
    private var found: [Fault] = []

    package var isWhole: Bool { found.isEmpty }

    /// In the order of the entries.
    package var faults: [Fault] {
        found.enumerated().sorted { a, b in
            (a.element.n ?? .max, a.offset) < (b.element.n ?? .max, b.offset)
        }.map(\.element)
    }

    mutating func fault(_ n: Int64?, _ en: String, _ zh: String) {
        if found.count < Self.faultsMax { found.append(Fault(n: n, words: Words(en, zh))) }
    }
}
