/// How far an attachment's bytes have come, as a node says in `Fieldsync-Stage`.
package enum BlobStage: Int, Comparable, Sendable, CaseIterable {
    /// No node above is known to have them.
    case local = 0
    case branch = 1
    case hq = 2

    package static let header = "Fieldsync-Stage"

    package init?(word: String) {
        guard let stage = Self.allCases.first(where: { $0.word == word }) else { return nil }
        self = stage
    }

    package var word: String {
        switch self {
        case .local: "local"
        case .branch: "branch"
        case .hq: "hq"
        }
    }

    package static func < (a: BlobStage, b: BlobStage) -> Bool { a.rawValue < b.rawValue }
}
