import Foundation
import Testing

/// HQ, a branch and two devices of an earlier release, in a folder of their own.
struct KeptWorld {
    let release: KeptRelease
    let folder: URL
    let hq: ServedNode
    let perth: ServedNode
    /// Opened by a passphrase; Wang's by a key file.
    let li: FieldDevice
    let wang: FieldDevice

    static func play(_ release: KeptRelease, _ story: (KeptWorld) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fs-kept-\(UInt32.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let world = try KeptWorld(release, in: folder)
        defer { for node in [world.hq, world.perth] { try? node.kill() } }
        try story(world)
    }

    private init(_ release: KeptRelease, in folder: URL) throws {
        (self.release, self.folder) = (release, folder)
        (hq, perth) = (ServedNode("hq", in: folder), ServedNode("perth", in: folder))
        let environment = ["FIELD_PASSPHRASE_FILE": release.passphraseFile]
        li = FieldDevice(found: "li", in: folder, environment: environment)
        wang = FieldDevice(found: "wang", in: folder)
        for name in ["hq", "perth", "li", "wang"] {
            try release.unpack(name, to: folder.appending(path: name))
        }
        try release.putKeyFile(of: "wang", in: wang.folder)
    }

    /// Everybody finds everybody where he serves now.
    func serve() throws {
        try hq.serve()
        try perth.sql("UPDATE meta SET value = CAST('\(hq.url)' AS BLOB) WHERE key = 'node_upstream'")
        try perth.serve()
        for device in [li, wang] {
            try device.sql("UPDATE meta SET value = CAST('\(perth.url)' AS BLOB) WHERE key = 'device_upstream'")
        }
    }
}
