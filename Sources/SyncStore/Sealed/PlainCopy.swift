import Foundation
import GRDB

extension Store {
    /// Writes a copy of the database that is not sealed, of one moment, while others read and write; for other tools. What is
    /// in it is protected by nothing but its file's rights: its owner alone may read it.
    /// - Parameter unmasked: whether phone numbers and addresses of persons stand in it whole.
    /// - Returns: its bytes.
    /// - Throws: `BlobFileExists` when there is a file of that name; `StoreFailure`.
    package func writePlainCopy(to path: String, unmasked: Bool = false) throws -> Int64 {
        if DurableFile.exists(path) { throw BlobFileExists() }
        let part = path + BackupFolder.partSuffix
        do {
            try DurableFile.makeEmpty(part)
            try StoreFailure.translating {
                let copy = try DatabaseQueue(path: part)
                try database.backup(to: copy)
                try copy.write { try openPersonal(in: $0, unmasked: unmasked) }
                // One file, without a log beside it.
                try copy.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = DELETE") }
                try copy.close()
            }
            try DurableFile.finish(FileHandle(forUpdating: URL(filePath: part)), part, as: path)
        } catch {
            for suffix in ["", "-wal", "-shm", "-journal"] {
                try? FileManager.default.removeItem(atPath: part + suffix)
            }
            throw error
        }
        return BlobFolder.size(path) ?? 0
    }
}
