import Foundation
import Testing

/// What a release left on disks and sent over its lines, as `scripts/fixtures` kept it.
struct KeptRelease: Sendable, CustomTestStringConvertible {
    private static let all = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures")
    /// Every release from the first on.
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: all.path)) ?? []).filter {
        FileManager.default.fileExists(atPath: all.appending(path: $0).appending(path: "expected.json").path)
    }.sorted()
    static let releases = names.map(KeptRelease.init)

    let name: String
    var testDescription: String { name }

    /// Of the device that a passphrase opens.
    var passphraseFile: String { file("li.passphrase").path }

    private func file(_ name: String) -> URL { Self.all.appending(path: self.name).appending(path: name) }

    func told() throws -> JSON { try JSON([UInt8](Data(contentsOf: file("expected.json")))) }

    /// What a replica held when it was kept.
    func dump(of replica: String) throws -> String { try #require(told()["dumps"][replica].text) }

    /// Puts a replica's folder where it is to be used.
    func unpack(_ replica: String, to folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let tar = ["-m", "tarfile", "-e", file("\(replica).tar.xz").path, folder.path]
        let outcome = try Command(path: "/usr/bin/python3", tar, in: folder).run()
        try #require(outcome.exit == 0, "\(outcome)")
    }

    /// Puts the key file of a device where it was: its path is part of what the device keeps.
    func putKeyFile(of device: String, in folder: URL) throws {
        let names = ["data.keys", "device.key"].map { folder.appending(path: $0) }
        let texts = names.compactMap { try? String(contentsOf: $0, encoding: .utf8) }
        let path = try #require(texts.compactMap(Self.keyFile).first)
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data(contentsOf: file("\(device).key")).write(to: URL(filePath: path))
    }

    private static func keyFile(_ text: String) -> String? {
        text.split(separator: "\n").first { $0.hasPrefix("file ") }.map { String($0.dropFirst("file ".count)) }
    }
}
