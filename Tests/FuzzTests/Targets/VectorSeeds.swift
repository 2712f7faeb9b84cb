import Foundation
import SyncCore

/// Inputs to begin with, out of `protocol/vectors/wire`: what is taken, and what is nearly.
enum VectorSeeds {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "protocol/vectors/wire")
    /// A few vectors are at a limit; they would only slow things down.
    private static let bytesMax = 4096

    /// The vectors of a message, and how each becomes an input.
    static func of(_ message: String, _ input: ([String: Any]) -> [UInt8]? = bytes) throws -> [[UInt8]] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".json") }
        return try names.sorted().compactMap { name in
            let data = try Data(contentsOf: folder.appending(path: name))
            guard let vector = try JSONSerialization.jsonObject(with: data) as? [String: Any],
                vector["message"] as? String == message, let seed = input(vector), seed.count <= bytesMax
            else { return nil }
            return seed
        }
    }

    static func bytes(_ vector: [String: Any]) -> [UInt8]? { (vector["bytes"] as? String).flatMap { Hex.bytes($0) } }
    static func text(_ vector: [String: Any]) -> [UInt8]? { (vector["text"] as? String).map { Array($0.utf8) } }
}
