import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire
import Verbs

/// The next person's replica, made beside the old one under keys of its own and then put into its place. Broken off
/// anywhere, it is gone on with: before its database is there the old one stays, afterwards the old one goes.
struct Successor {
    let directory: ReplicaDirectory
    let key: SigningKey
    private let keys: DataKeys

    /// Its keys are kept from an attempt that was broken off. A key file opens them as it opened the old ones; a passphrase
    /// is asked for anew.
    init(of directory: ReplicaDirectory) throws {
        self.directory = directory
        keys = try ReplicaVault.next(in: directory).make(keyFile: ReplicaVault(directory).keyFile())
        if FileManager.default.fileExists(atPath: directory.nextKey) {
            key = try Replica.signingKey(directory.nextKey, keys)
            return
        }
        key = SigningKey(seed: Entropy.bytes(SigningKey.seedBytes))
        try directory.write(SealedSecret.seal(key.seed, .device, under: keys.current).text, to: directory.nextKey)
    }

    /// Makes the new database: from then on there is no way back.
    func prepare(_ result: EnrolmentResult, upstream: String) throws {
        let draft = directory.nextDatabase + ".new"
        for file in directory.family(of: draft) { try Erasure.erase(file) }
        let store = try Store(path: draft, role: .device, environment: .system, creating: true, keys: keys)
        try store.write { access in
            try ReplicaIdentity.keep(result, upstream: upstream, access)
            try access.noteContact(at: result.identity.issuedAt, days: nil, isNow: true, .now)
            _ = try access.ownReplica()
        }
        try store.close()
        try DurableFile.move(draft, to: directory.nextDatabase)
    }

    static func isWaiting(in directory: ReplicaDirectory) -> Bool {
        FileManager.default.fileExists(atPath: directory.nextDatabase)
    }

    /// Puts a new replica that is whole into the place of the old one, of which nothing stays. Nobody else has it open.
    static func finish(in directory: ReplicaDirectory) throws {
        guard isWaiting(in: directory) else { return }
        try replace(directory.dataKeys, by: directory.nextDataKeys, in: directory, ReplicaVault.erase)
        try replace(directory.key, by: directory.nextKey, in: directory, Erasure.erase)
        for file in directory.family(of: directory.database) + [directory.blobs] { try Erasure.erase(file) }
        try DurableFile.move(directory.nextDatabase, to: directory.database)
    }

    private static func replace(
        _ file: String, by next: String, in directory: ReplicaDirectory, _ erase: (String) throws -> Void
    ) throws {
        // It was done before.
        guard FileManager.default.fileExists(atPath: next) else { return }
        for old in directory.family(of: file) where old != next { try erase(old) }
        try DurableFile.move(next, to: file)
    }
}
