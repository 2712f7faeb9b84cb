import Foundation
import SyncWire

/// The attachments in a folder of backups: files named by their hashes, as beside the node's database. None changes, so each
/// is copied once; their names vouch for them.
struct BackupBlobs {
    private let kept: BlobFolder
    private let environment: StoreEnvironment

    /// - Parameter keys: those of the node.
    init(in folder: BackupFolder, environment: StoreEnvironment, keys: DataKeys?) {
        kept = BlobFolder(folder.file(BackupFolder.blobsName), keys: keys)
        self.environment = environment
    }

    private static let shards = (0..<256).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }

    /// Copies what is new, and removes what the node has not had for longer than must be kept.
    /// - Returns: bytes that were copied.
    func update(from node: BlobFolder, keepSeconds: Int64) throws -> Int64 {
        let now = environment.wallMilliseconds() / 1000
        var copied: Int64 = 0
        for shard in Self.shards {
            let here = Set(node.blobs(in: shard))
            for hash in here {
                if kept.size(hash) == nil {
                    copied += try kept.add(hash, from: node, unique: environment.randomWord()).1
                }
                touch(kept.file(hash), now)
            }
            for hash in kept.blobs(in: shard) where !here.contains(hash) && seen(hash) < now - keepSeconds {
                try kept.remove(hash)
            }
        }
        return copied
    }

    /// Copies everything to where a node has it; what is not what its name says is left out, and asked for from others.
    /// - Returns: how many are there, and how many were left out.
    func restore(to node: BlobFolder) throws -> (whole: Int, damaged: Int) {
        var counts = (whole: 0, damaged: 0)
        for hash in Self.shards.flatMap({ kept.blobs(in: $0) }) {
            if try restore(hash, to: node) { counts.whole += 1 } else { counts.damaged += 1 }
        }
        return counts
    }

    /// - Returns: false when it is damaged, and left out.
    private func restore(_ hash: BlobHash, to node: BlobFolder) throws -> Bool {
        do {
            let (found, _) = try node.add(hash, from: kept, unique: environment.randomWord())
            if found != hash { try node.remove(found) }
            return found == hash
        } catch StoreFailure.integrity {
            return false
        }
    }

    /// When a backup last found it at the node, in seconds since 1970: the copy's own date.
    private func seen(_ hash: BlobHash) -> Int64 {
        let attributes = try? FileManager.default.attributesOfItem(atPath: kept.file(hash))
        return (attributes?[.modificationDate] as? Date).map { Int64($0.timeIntervalSince1970) } ?? .max
    }

    private func touch(_ path: String, _ second: Int64) {
        try? FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: TimeInterval(second))], ofItemAtPath: path)
    }
}
