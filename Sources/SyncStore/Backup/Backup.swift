import Foundation
import SyncCore
import SyncWire

/// What a backup did, and what can be brought back from its folder now.
package struct BackupReport: Equatable, Sendable {
    /// Of what was written now.
    package let segments: Int
    package let bytes: Int
    package let isNewBase: Bool
    /// Seconds since 1970.
    package let from: Int64
    package let until: Int64
    package let position: Int64
}

/// Brings a folder of backups up to date while the node goes on: what changed since the last backup, and now and then a
/// whole copy to begin from. Whatever breaks it off, the manifest names only what is whole; the next backup goes on.
package struct Backup {
    private let store: Store
    private let folder: BackupFolder
    /// Who the node is, for the manifest.
    private let node: (id: String, name: String)
    /// Nil: attachments are not backed up.
    private let blobs: BlobFolder?
    /// Seconds for which every moment must stay within reach.
    private let keepSeconds: Int64

    package init(
        _ store: Store, into folder: BackupFolder, node: (id: String, name: String), blobs: BlobFolder? = nil,
        keepSeconds: Int64
    ) {
        (self.store, self.folder, self.node) = (store, folder, node)
        (self.blobs, self.keepSeconds) = (blobs, keepSeconds)
    }

    private var now: Int64 { store.environment.wallMilliseconds() / 1000 }

    /// - Parameter keys: the node's keys, sealed or not; nil: they are kept elsewhere.
    package func run(keys: [UInt8]?) throws -> BackupReport {
        let report = try folder.locked { try update(keys) }
        try store.write { try $0.setMeta(MetaKey.backupSecond, integer: report.until) }
        return report
    }

    private func update(_ keys: [UInt8]?) throws -> BackupReport {
        var manifest = try ownManifest()
        folder.removeParts()
        // Before the records that name them; what is attached meanwhile comes with the next backup.
        let attached = try blobs.map { blobs in
            try BackupBlobs(in: folder, environment: store.environment, keys: store.file.keys)
                .update(from: blobs, keepSeconds: keepSeconds)
        }
        let before = manifest.segments.count
        let isContinued = try fetch(&manifest)
        let isNewBase = try !isContinued || isBaseDue(manifest)
        if isNewBase { try makeBase(&manifest) }
        // Behind the records that are sealed under them.
        try keepPeople()
        manifest.keys = try keep(keys)
        manifest.until = now
        let unneeded = manifest.prune(before: now - keepSeconds)
        try folder.write(manifest)
        for file in unneeded { try? FileManager.default.removeItem(atPath: folder.file(file)) }
        return report(manifest, new: manifest.segments.dropFirst(before), isNewBase: isNewBase, attached: attached ?? 0)
    }

    /// A folder is one node's, for ever.
    private func ownManifest() throws -> BackupManifest {
        guard let manifest = try folder.manifest() else {
            guard folder.isEmpty else { throw BackupRefusal.notEmpty(folder.path) }
            return BackupManifest(node: node.id, name: node.name, role: store.role.rawValue)
        }
        guard manifest.node == node.id else { throw BackupRefusal.ofAnotherNode(folder.path, manifest.name) }
        return manifest
    }

    /// Copies what the node has archived since the last backup.
    /// - Returns: false when that does not follow what is in the folder.
    private func fetch(_ manifest: inout BackupManifest) throws -> Bool {
        guard let archived = try store.rotateArchive() else { return false }
        let series = Hex.digits(archived.series)
        var last = manifest.segments.filter { $0.series == series }.max { $0.number < $1.number }
        var isContinued = last != nil
        for path in archived.segments {
            let (segment, isCutShort) = try ArchiveSegment.read(path, store.file.key)
            guard !isCutShort else { throw BackupFolder.damage(path) }
            guard let before = last, segment.head.number > before.number else { continue }
            isContinued =
                isContinued && segment.head.number == before.number + 1
                && Hex.digits(segment.head.before) == before.hash
            if !isContinued { break }
            let copied = try copy(path, segment)
            manifest.segments.append(copied)
            last = copied
        }
        if isContinued, !archived.segments.isEmpty { try folder.write(manifest) }
        try store.dropFromArchive(archived.segments)
        return isContinued
    }

    private func copy(_ path: String, _ segment: ArchiveSegment) throws -> BackupManifest.Segment {
        let name = segment.head.name
        guard let content = FileManager.default.contents(atPath: path) else { throw BackupFolder.damage(path) }
        try DurableFile.write([UInt8](content), to: folder.file(name))
        let written = try BackupFolder.digest(of: folder.file(name))
        guard written.sha256 == Hex.digits(Hash.sha256([UInt8](content))) else {
            throw BackupFolder.damage(folder.file(name))
        }
        return BackupManifest.Segment(
            file: name, bytes: written.bytes, sha256: written.sha256, series: Hex.digits(segment.head.series),
            number: segment.head.number, from: segment.head.second, to: segment.second,
            hash: Hex.digits(segment.hash))
    }

    /// What changed since the last base takes longer to go through than a new base would.
    private func isBaseDue(_ manifest: BackupManifest) throws -> Bool {
        guard let base = manifest.bases.max(by: { $0.second < $1.second }) else { return true }
        let changed = manifest.segments(after: base).reduce(0) { $0 + $1.bytes }
        return now - base.second > BackupLimits.baseSeconds || changed > base.bytes
    }

    /// A whole copy, checked, and what was committed while it was made.
    private func makeBase(_ manifest: inout BackupManifest) throws {
        if store.archivedBytes == nil { try store.beginArchive() }
        guard let start = try store.rotateArchive() else { throw StoreFailure.inputOutput("nothing is archived") }
        let name = "base-\(now)-\(Hex.digits(start.series)).db"
        let part = folder.file(name) + BackupFolder.partSuffix
        try DurableFile.makeEmpty(part)
        try store.backup(to: part)
        let position = try BackupCopy(path: part, like: store).checkUntouched()
        let file = try FileHandle(forUpdating: URL(filePath: part))
        try DurableFile.finish(file, part, as: folder.file(name))
        let digest = try BackupFolder.digest(of: folder.file(name))
        // Only a copy with all that was committed while it was made is of one moment.
        let series = Hex.digits(start.series)
        guard let end = try store.rotateArchive(), end.series == start.series else {
            throw StoreFailure.inputOutput("the archive was broken off while the copy was made")
        }
        for path in end.segments {
            let segment = try ArchiveSegment.read(path, store.file.key).segment
            guard !manifest.segments.contains(where: { $0.series == series && $0.number == segment.head.number })
            else { continue }
            manifest.segments.append(try copy(path, segment))
        }
        manifest.bases.append(
            BackupManifest.Base(
                file: name, bytes: digest.bytes, sha256: digest.sha256,
                second: max(now, manifest.segments.filter { $0.series == series }.map(\.to).max() ?? 0),
                position: position, series: series, segment: start.next))
        try folder.write(manifest)
        try store.dropFromArchive(end.segments)
    }

    /// There is one copy only, so that no backup of an earlier day brings back who was erased.
    private func keepPeople() throws {
        if store.people.isAbsent { return }
        let part = folder.peopleFile + BackupFolder.partSuffix
        try store.people.copy(to: part)
        try DurableFile.finish(FileHandle(forUpdating: URL(filePath: part)), part, as: folder.peopleFile)
    }

    private func keep(_ keys: [UInt8]?) throws -> String? {
        guard let keys else {
            try? FileManager.default.removeItem(atPath: folder.keysFile)
            return nil
        }
        try DurableFile.write(keys, to: folder.keysFile)
        return Hex.digits(Hash.sha256(keys))
    }

    private func report(
        _ manifest: BackupManifest, new: ArraySlice<BackupManifest.Segment>, isNewBase: Bool, attached: Int64
    ) -> BackupReport {
        let base = isNewBase ? manifest.bases.last : nil
        return BackupReport(
            segments: new.count, bytes: new.reduce((base?.bytes ?? 0) + Int(attached)) { $0 + $1.bytes },
            isNewBase: isNewBase,
            from: manifest.from ?? 0, until: manifest.until, position: manifest.bases.last?.position ?? 0)
    }
}

/// Why nothing was backed up or brought back, though nothing is damaged.
package enum BackupRefusal: Error, Equatable {
    /// There is something else in the folder.
    case notEmpty(String)
    case ofAnotherNode(String, String)
    /// There is no backup in the folder.
    case noBackup(String)
    /// Nothing reaches back so far; the earliest second that does, since 1970.
    case tooEarly(Int64)
}
