import Foundation
import KeyringShim
import Testing

@Suite("Sealed: what lies on the disks of nodes and devices can be read with their keys alone")
struct SealedTests {
    private static let canary = "CANARY 压缩机 4711"

    /// Names of the files below a folder that contain a text.
    private static func files(with text: String, in folder: URL) throws -> [String] {
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        return names.filter { name in
            let content = FileManager.default.contents(atPath: folder.path + "/" + name) ?? Data()
            return content.range(of: Data(text.utf8)) != nil
        }
    }

    /// A device that wrote and attached the canary, and sent it.
    private static func written(_ tiers: Tiers) throws -> (device: FieldDevice, machine: String) {
        let machine = try tiers.machine(at: tiers.hq, serial: "EX-1")
        let li = try tiers.device("li", at: tiers.hq)
        let photo = tiers.folder.appending(path: "photo")
        try Data((canary + String(repeating: "x", count: 300_000)).utf8).write(to: photo)
        try li.done("set", machine, "notes+=\(canary)")
        try li.done("attach", machine, photo.path)
        try li.sync()
        try FileManager.default.removeItem(at: photo)
        return (li, machine)
    }

    @Test("A canary is in no file of a device, a node or a backup, and in both plain copies")
    func canaries() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            try hq.done("backup", tiers.folder.appending(path: "backup").path)
            let (li, _) = try Self.written(tiers)
            try hq.done("backup", tiers.folder.appending(path: "backup").path)
            #expect(try Self.files(with: Self.canary, in: tiers.folder) == [])
            #expect(try Self.files(with: "SQLite format", in: tiers.folder) == [])
            let copies = ["device.db", "node.db"].map { tiers.folder.appending(path: $0).path }
            #expect(try li.done("export", "--sqlite", copies[0])["file"] == .text(copies[0]))
            #expect(try hq.done("export", "--sqlite", copies[1])["file"] == .text(copies[1]))
            #expect(try Set(Self.files(with: Self.canary, in: tiers.folder)) == ["device.db", "node.db"])
            #expect(try li.verb("export", "--sqlite", copies[0]).exit == 4)
            for copy in copies {
                let sql = "SELECT count(*) FROM asset; PRAGMA integrity_check"
                let read = try Command(path: "sqlite3", [copy, sql], in: tiers.folder).run()
                #expect(read.text == "1\nok\n", "\(read)")
            }
        }
    }

    @Test("A flipped bit in keys or database is an error of its own, and nothing is changed by it")
    func flipped() throws {
        try Tiers.play { tiers in
            let (li, _) = try Self.written(tiers)
            let dump = try li.dump()
            for (name, exits) in [("data.keys", [11, 14]), ("device.key", [14]), ("replica.db", [14])] {
                let file = li.folder.appending(path: name)
                let whole = try Data(contentsOf: file)
                for at in [5, whole.count / 2, whole.count - 3] {
                    var changed = whole
                    changed[at] ^= 2
                    try changed.write(to: file)
                    let outcome = try li.verb("verify")
                    #expect(exits.contains(Int(outcome.exit)), "\(name), byte \(at): \(outcome)")
                }
                try whole.write(to: file)
            }
            #expect(try li.dump() == dump)
        }
    }

    @Test("A device is sealed under a new key, and then under another key file, and goes on")
    func deviceKeys() throws {
        try Tiers.play { tiers in
            let (li, machine) = try Self.written(tiers)
            let dump = try li.dump()
            let before = tiers.folder.appending(path: "before")
            try FileManager.default.copyItem(at: li.folder.appending(path: "data.keys"), to: before)
            let use = open(li.folder.appending(path: "use.lock").path, O_RDWR)
            #expect(flock(use, LOCK_SH) == 0)
            #expect(try li.verb("key", "rotate").exit == 75, "it was rotated while somebody had it open")
            close(use)
            try li.done("key", "rotate")
            #expect(try li.dump() == dump)
            let key = tiers.folder.appending(path: "stick.key")
            try Data((0..<64).map { _ in UInt8.random(in: 0 ... .max) }).write(to: key)
            try li.done("key", "change", "--key-file", key.path)
            try FileManager.default.removeItem(atPath: li.keyFile)
            #expect(try li.dump() == dump)
            try li.done("set", machine, "firmware=2")
            try li.sync()
            #expect(try li.done("verify")["differed"] == .number(0))
            let stolen = li.folder.appending(path: "data.keys")
            try FileManager.default.removeItem(at: stolen)
            try FileManager.default.copyItem(at: before, to: stolen)
            #expect(try li.verb("status").exit == 11, "the key of before is good for something")
        }
    }

    @Test(
        "A node's key file is made with it or given; without it nothing opens; a rotated node backs up and comes back")
    func nodeKeys() throws {
        try Tiers.play { tiers in
            let (hq, backup) = (tiers.hq, tiers.folder.appending(path: "backup").path)
            let made = hq.folder.appending(path: "data.key")
            #expect(try FileManager.default.attributesOfItem(atPath: made.path)[.posixPermissions] as? Int == 0o600)
            _ = try Self.written(tiers)
            try hq.done("backup", backup)
            let dump = try hq.dump()
            #expect(try hq.verb("key", "rotate").exit == 75, "it was rotated while it served")
            #expect(try hq.stop() == 0)
            try hq.done("key", "rotate")
            #expect(try hq.dump() == dump)
            let key = tiers.folder.appending(path: "node.key")
            try Data(repeating: 8, count: 40).write(to: key)
            try hq.done("key", "change", "--key-file", key.path)
            #expect(!FileManager.default.fileExists(atPath: made.path))
            try hq.serve()
            try hq.done("new", "account", "name=Later")
            #expect(try hq.done("backup", backup)["new_base"] == .flag(true))
            let old = ServedNode("old", in: tiers.folder)
            let moved = tiers.folder.appending(path: "moved.key")
            try FileManager.default.moveItem(at: key, to: moved)
            let lost = try old.verb("restore", backup)
            #expect(lost.exit == 11, "\(lost)")
            #expect(try lost.error["code"] == .text("locked"))
            try old.done("restore", backup, "--data-key-file", moved.path)
            #expect(try old.dump() == hq.dump())
            #expect(try old.verb("verify").exit == 0)
            #expect(try hq.stop() == 0)
            #expect(try hq.verb("status").exit == 11)
        }
    }

    @Test("A key file is given to a new node, and one that is too short is refused")
    func givenKeyFile() throws {
        try Tiers.play { tiers in
            let (short, key) = (tiers.folder.appending(path: "short"), tiers.folder.appending(path: "key"))
            try Data(repeating: 1, count: 31).write(to: short)
            try Data(repeating: 1, count: 32).write(to: key)
            let node = ServedNode("other", in: tiers.folder)
            #expect(try node.verb("init", "--role", "hq", "--org", "B", "--key-file", short.path).exit == 2)
            try node.done("init", "--role", "hq", "--org", "B", "--key-file", key.path)
            #expect(try node.verb("status").exit == 0)
            #expect(!FileManager.default.fileExists(atPath: node.folder.appending(path: "data.key").path))
            try Data(repeating: 2, count: 32).write(to: key)
            #expect(try node.verb("status").exit == 11)
        }
    }

    /// Whether the kernel keeps keys here: containers mostly forbid it.
    static let hasKeyring: Bool = {
        let name = "fieldsync test \(UUID().uuidString)"
        return ks_put(name, [1, 2, 3], 3, 60) == 0 && ks_remove(name) == 1
    }()

    @Test("Unlocked by its passphrase, a device needs it no more until it is locked", .enabled(if: hasKeyring))
    func unlocked() throws {
        let world = try CLIWorld()
        try world.serve()
        _ = try world.person("wei")
        let passphrase = world.folder.appending(path: "passphrase")
        try Data("open sesame\n".utf8).write(to: passphrase)
        let given = ["FIELD_PASSPHRASE_FILE": passphrase.path]
        let code = try world.node("device", "invite", "--user", "wei").text("code")
        #expect(try world.field("tablet", ["enroll", world.url, "--code", code], given).exit == 0)
        defer { _ = try? world.field("tablet", "lock") }
        #expect(try world.field("tablet", "status").exit == 11)
        #expect(try world.field("tablet", "unlock").exit == 11)
        #expect(try world.field("tablet", ["unlock", "--for", "1"], given).exit == 0)
        #expect(try world.field("tablet", "status").text("user") == "wei")
        #expect(try world.field("tablet", "lock").json["was_unlocked"] as? Bool == true)
        #expect(try world.field("tablet", "status").exit == 11)
        #expect(try world.field("tablet", "lock").json["was_unlocked"] as? Bool == false)
        // A new passphrase ends what was unlocked under the old one.
        #expect(try world.field("tablet", ["unlock"], given).exit == 0)
        let other = world.folder.appending(path: "other")
        try Data("open barley\n".utf8).write(to: other)
        #expect(try world.field("tablet", ["key", "change"], ["FIELD_PASSPHRASE_FILE": other.path]).exit == 0)
        #expect(try world.field("tablet", "status").exit == 11)
        #expect(try world.field("tablet", ["status"], given).exit == 11)
        #expect(try world.field("tablet", ["status"], ["FIELD_PASSPHRASE_FILE": other.path]).exit == 0)
    }

    @Test("What the kernel keeps goes by itself when its time is over", .enabled(if: hasKeyring))
    func timeOver() {
        let name = "fieldsync test \(UUID().uuidString)"
        var room = [UInt8](repeating: 0, count: 8)
        #expect(ks_put(name, [4, 5, 6], 3, 1) == 0)
        #expect(eventually(within: 30) { ks_get(name, &room, room.count) == -1 })
        #expect(ks_put(name, [4, 5, 6], 3, 600) == 0)
        #expect(ks_get(name, &room, 2) == -1, "it does not fit")
        #expect(ks_get(name, &room, room.count) == 3 && Array(room.prefix(3)) == [4, 5, 6])
        #expect(ks_remove(name) == 1 && ks_get(name, &room, room.count) == -1)
    }
}
