import Foundation
package import SyncStore

/// Makes a node again from a folder of backups.
package struct NodeRestore {
    private let folder: BackupFolder
    private let directory: NodeDirectory
    private let environment: StoreEnvironment

    package init(from folder: BackupFolder, to directory: NodeDirectory, environment: StoreEnvironment) {
        (self.folder, self.directory, self.environment) = (folder, directory, environment)
    }

    /// Everything is made and checked beside the directory, and takes its place when it is whole.
    /// - Parameters:
    ///   - second: since 1970; nil: the newest.
    ///   - secret: of the key file under which the keys are sealed.
    ///   - dataKeyFile: opens the node's data, where the key file is not in the backup or was moved; remembered.
    /// - Throws: `NodeFailure.exists` when there is anything in the directory, `locked` when a process still has what was there.
    ///   Where the keys were left out of the backup, they must be put into the directory before it is a node.
    package func run(second: Int64?, secret: [UInt8]?, dataKeyFile: String? = nil) throws -> Outcome {
        guard isEmpty else { throw NodeFailure.exists(path: directory.path) }
        let lock = try FileManager.default.fileExists(atPath: directory.path) ? FolderLock(directory) : nil
        return try withExtendedLifetime(lock) { try make(second: second, secret: secret, dataKeyFile: dataKeyFile) }
    }

    private func make(second: Int64?, secret: [UInt8]?, dataKeyFile: String?) throws -> Outcome {
        let whole = directory.path
        let part = NodeDirectory(whole + ".part")
        try? FileManager.default.removeItem(atPath: part.path)
        try part.create()
        do {
            let kept = try folder.keys().map { try NodeKeys(decoding: $0, secret: secret) }
            try kept?.write(to: part)
            let vault = NodeVault(part)
            let keys = try vault.open(keyFile: dataKeyFile)
            if let dataKeyFile { try vault.change(keys, keyFile: dataKeyFile) }
            let restored = RestoredDatabase(from: folder, environment: environment, keys: keys)
            let database = try restored.make(at: part.database, second: second)
            let blobs = try restored.restoreBlobs(to: BlobFolder(part.blobs, keys: keys))
            if FileManager.default.fileExists(atPath: part.key) {
                try Node.open(part, environment: environment).store.close()
            }
            try DurableFile.move(part.path, to: whole)
            return Outcome(database: database, attachments: blobs.whole, damagedAttachments: blobs.damaged)
        } catch {
            try? FileManager.default.removeItem(atPath: part.path)
            throw error
        }
    }

    package struct Outcome: Sendable {
        package let database: RestoredDatabase.Outcome
        package let attachments: Int
        /// Left out; other replicas that have them are asked.
        package let damagedAttachments: Int
    }

    private var isEmpty: Bool {
        let found = try? FileManager.default.contentsOfDirectory(atPath: directory.path)
        return found?.isEmpty ?? !FileManager.default.fileExists(atPath: directory.path)
    }
}
