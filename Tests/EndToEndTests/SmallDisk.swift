import Foundation

/// A file system of a few megabytes, to be filled.
struct SmallDisk {
    private let folder: URL

    /// Mounts it on a new folder.
    init(at folder: URL, kilobytes: Int) throws {
        self.folder = folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let mounted = try tool("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", folder.path)
        guard mounted.exit == 0 else { throw RunningProgram.Failure(description: mounted.complaint) }
    }

    private var ballast: String { folder.appending(path: "ballast").path }

    /// Leaves no byte.
    func fill() throws { _ = try tool("dd", "if=/dev/zero", "of=\(ballast)", "bs=4k") }

    func fill(megabytes: Int) throws {
        _ = try tool("dd", "if=/dev/zero", "of=\(ballast)", "bs=1M", "count=\(megabytes)")
    }

    func empty() throws { try FileManager.default.removeItem(atPath: ballast) }

    func unmount() { _ = try? tool("umount", folder.path) }

    private func tool(_ name: String, _ arguments: String...) throws -> Outcome {
        var command = Command(path: name, arguments, in: folder.deletingLastPathComponent())
        command.environment["PATH"] = "/usr/sbin:/usr/bin:/sbin:/bin"
        return try command.run()
    }
}
