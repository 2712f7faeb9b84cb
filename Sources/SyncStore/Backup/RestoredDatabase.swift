import Foundation
package import SyncWire

/// Makes a node's database from a folder of backups, as it was at the end of a second.
package struct RestoredDatabase {
    private let folder: BackupFolder
    private let environment: StoreEnvironment
    private let keys: DataKeys?

    /// - Parameter keys: of the node whose backup it is.
    package init(from folder: BackupFolder, environment: StoreEnvironment, keys: DataKeys?) {
        (self.folder, self.environment, self.keys) = (folder, environment, keys)
    }

    /// What was made.
    package struct Outcome: Equatable, Sendable {
        /// Since 1970: what was committed until the end of this second is in it.
        package let second: Int64
        package let position: Int64
        /// Whose it is: id and name.
        package let node: String
        package let name: String
    }

    /// - Parameters:
    ///   - path: of the new database file.
    ///   - second: since 1970; nil: the newest.
    /// - Throws: `StoreFailure.integrity` or `.damaged` when a file of the backup, or what comes of them, is not what was written.
    package func make(at path: String, second: Int64?) throws -> Outcome {
        guard let manifest = try folder.manifest() else { throw BackupRefusal.noBackup(folder.path) }
        let second = min(second ?? .max, manifest.until)
        guard let base = manifest.base(for: second) else { throw BackupRefusal.tooEarly(manifest.from ?? 0) }
        try copy(base, to: path)
        let file = try DatabaseFile(path, keys: keys, creating: false)
        try replay(manifest.segments(after: base), until: second, into: file)
        guard let role = StoreRole(rawValue: manifest.role) else { throw BackupFolder.damage(folder.path) }
        let position = try BackupCopy(path: path, role: role, environment: environment, key: file.key).check()
        try copyPeople(beside: path)
        try note(second, in: file, role)
        return Outcome(second: second, position: position, node: manifest.node, name: manifest.name)
    }

    /// The node's audit tells that it was restored.
    private func note(_ second: Int64, in file: DatabaseFile, _ role: StoreRole) throws {
        let store = try Store(
            path: file.path, role: role, environment: environment, creating: false, keys: file.key.map { DataKeys($0) })
        try store.write { access in
            try access.noteRestored(second: second)
            try access.rebuildPersonalWords()
        }
        try store.close()
    }

    private func copyPeople(beside path: String) throws {
        guard DurableFile.exists(folder.peopleFile) else { return }
        let people = PeopleFile.path(beside: path)
        for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: people + suffix) }
        try FileManager.default.copyItem(atPath: folder.peopleFile, toPath: people)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: people)
    }

    /// Brings the attachments back to where a node has them.
    /// - Returns: how many are whole, and how many were damaged and left out.
    package func restoreBlobs(to blobs: BlobFolder) throws -> (whole: Int, damaged: Int) {
        try BackupBlobs(in: folder, environment: environment, keys: keys).restore(to: blobs)
    }

    private func copy(_ base: BackupManifest.Base, to path: String) throws {
        try folder.check(base.file, bytes: base.bytes, sha256: base.sha256)
        try FileManager.default.copyItem(atPath: folder.file(base.file), toPath: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }

    /// Puts every page in its place as it was at the end of the second. What comes after it is read as well: a
    /// transaction that is longer than a piece counts only if its last piece is there.
    private func replay(_ segments: [BackupManifest.Segment], until second: Int64, into database: DatabaseFile) throws {
        let needed = segments.filter { $0.from <= second }
        try checkSeries(needed)
        var (pieces, last) = (0, 0)
        for segment in needed {
            try read(segment, database.key) { piece in
                pieces += 1
                if piece.second <= second, piece.databasePages > 0 { last = pieces }
            }
        }
        let file = try PagesFile(database)
        var number = 0
        for segment in needed {
            try read(segment, database.key) { piece in
                number += 1
                if number <= last { try write(piece, to: file) }
            }
        }
        try file.finish()
    }

    private func checkSeries(_ segments: [BackupManifest.Segment]) throws {
        for (before, after) in zip(segments, segments.dropFirst()) where after.number != before.number + 1 {
            throw BackupFolder.damage(folder.file(ArchiveSegment.Head.name(0, before.number + 1)))
        }
        for segment in segments { try folder.check(segment.file, bytes: segment.bytes, sha256: segment.sha256) }
    }

    private func read(
        _ segment: BackupManifest.Segment, _ key: DataKey?, _ piece: (ArchivePiece) throws -> Void
    ) throws {
        let read = try ArchiveSegment.read(folder.file(segment.file), key, piece)
        guard !read.isCutShort else { throw BackupFolder.damage(folder.file(segment.file)) }
    }

    private func write(_ piece: ArchivePiece, to file: PagesFile) throws {
        for (number, bytes) in piece.pages.sorted(by: { $0.key < $1.key }) { try file.write(bytes, at: number) }
        if piece.databasePages > 0, let bytes = piece.pages.first?.value.count {
            try file.truncate(pages: piece.databasePages, of: bytes)
        }
    }
}
