import Foundation
import SyncCore
import SyncWire

/// What a folder of backups holds. The truth about it: a file that is not named here is none of the backup's.
package struct BackupManifest: Codable, Equatable, Sendable {
    /// A whole copy of the database.
    package struct Base: Codable, Equatable, Sendable {
        package let file: String
        package let bytes: Int
        package let sha256: String
        /// Since 1970: the earliest moment that it serves for.
        package let second: Int64
        /// Of the node when it was made.
        package let position: Int64
        /// The segments of this series from this number on go on from it.
        package let series: String
        package let segment: Int
    }

    /// Pages that changed after a base.
    package struct Segment: Codable, Equatable, Sendable {
        package let file: String
        package let bytes: Int
        package let sha256: String
        package let series: String
        package let number: Int
        /// The seconds between which its pages were committed.
        package let from: Int64
        package let to: Int64
        /// What the next one must follow.
        let hash: String
    }

    /// Of this form.
    let format: Int
    package let node: String
    package let name: String
    package let role: String
    /// Since 1970: everything that was committed until then is here.
    package internal(set) var until: Int64
    package internal(set) var bases: [Base] = []
    package internal(set) var segments: [Segment] = []
    /// Of the file of keys; nil where it was left out.
    package internal(set) var keys: String?

    static let format = 1

    init(node: String, name: String, role: String) {
        format = Self.format
        (self.node, self.name, self.role) = (node, name, role)
        until = 0
    }

    /// The earliest second that can be brought back; nil without a base.
    package var from: Int64? { bases.map(\.second).min() }

    /// The base from which a second is reached in the fewest steps: of two of one second the later, for more was
    /// committed when it was made.
    package func base(for second: Int64) -> Base? {
        bases.reversed().filter { $0.second <= second }.max { $0.second < $1.second }
    }

    /// The segments that follow a base, in order.
    package func segments(after base: Base) -> [Segment] {
        segments.filter { $0.series == base.series && $0.number >= base.segment }.sorted { $0.number < $1.number }
    }

    /// Keeps what is needed to reach every second from `second` on.
    /// - Returns: the files that are not needed any more.
    mutating func prune(before second: Int64) -> [String] {
        let oldest = base(for: second)?.second ?? .min
        let gone = bases.filter { $0.second < oldest }
        bases.removeAll { $0.second < oldest }
        let needed = Set(bases.flatMap { segments(after: $0) }.map(\.file))
        let unneeded = segments.filter { !needed.contains($0.file) }
        segments.removeAll { !needed.contains($0.file) }
        return gone.map(\.file) + unneeded.map(\.file)
    }
}

extension BackupManifest {
    private struct Sealed: Codable {
        let manifest: BackupManifest
        /// Of the manifest's own bytes: keys sorted, no spaces.
        let sha256: String
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }

    func encoded() throws -> [UInt8] {
        let digest = Hex.digits(Hash.sha256([UInt8](try Self.encoder.encode(self))))
        return [UInt8](try Self.encoder.encode(Sealed(manifest: self, sha256: digest))) + [UInt8(ascii: "\n")]
    }

    /// - Throws: `StoreFailure.integrity`, or `.newer` for one that a later version wrote.
    init(decoding bytes: [UInt8], path: String) throws {
        guard let sealed = try? JSONDecoder().decode(Sealed.self, from: Data(bytes)),
            Hex.digits(Hash.sha256([UInt8](try Self.encoder.encode(sealed.manifest)))) == sealed.sha256
        else { throw StoreFailure.integrity("the backup's manifest \(path) is not what was written") }
        guard sealed.manifest.format <= Self.format else {
            throw StoreFailure.newer(found: sealed.manifest.format, known: Self.format)
        }
        self = sealed.manifest
    }
}
