import Foundation
import SyncCore
package import SyncWire

extension BlobFolder {
    /// Reads every attachment that is here.
    /// - Returns: how many, and those that are not what their names promise.
    package func verifyAll() throws -> (checked: Int, damaged: [BlobHash]) {
        let found = (0..<256).flatMap { blobs(in: Hex.digits([UInt8($0)])) }
        return (found.count, try found.filter { try !verify($0) })
    }
}

extension Blobs {
    /// Has a fresh database know what the folder holds, all of it as if it was not sent: nodes that have it say so.
    /// - Parameter aside: a folder for those that are damaged.
    /// - Returns: the damaged ones.
    package func adopt(damagedTo aside: String) throws -> [BlobHash] {
        let damaged = try folder.verifyAll().damaged
        for hash in damaged {
            try BlobFolder.makeFolder(aside)
            guard rename(folder.file(hash), aside + "/" + hash.description) == 0 else {
                throw RawFile.failure(folder.file(hash))
            }
        }
        for shard in 0..<256 { try match(Hex.digits([UInt8(shard)])) }
        return damaged
    }
}
