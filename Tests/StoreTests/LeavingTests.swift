import FieldModel
import Foundation
import SyncCore
@testable import SyncStore
import SyncWire
import Testing

@Suite("What leaves a device")
struct LeavingTests {
    let world: HolderWorld
    let a = HolderWorld.site(1)
    let b = HolderWorld.site(2)
    /// Found nowhere else; split by nothing.
    private static let canary = "zebrafinchquagga"

    init() throws { world = try HolderWorld() }

    /// The files of the device in which some bytes stand: its database, the log of that, attachments.
    private func files(with text: String) throws -> [String] {
        let folder = world.world.directory
        let own = URL(filePath: world.device.path).lastPathComponent
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return try names.filter { $0.hasPrefix(own) || $0.hasPrefix("blobs/") }.filter { name in
            let url = folder.appending(path: name)
            var isFolder = ObjCBool(false)
            guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), !isFolder.boolValue else {
                return false
            }
            return try Data(contentsOf: url).range(of: Data(text.utf8)) != nil
        }
    }

    private func found(_ text: String) throws -> Int {
        try world.device.read { try $0.search(text, limit: 10) }.items.count
    }

    @Test("No byte of a lost scope is in any file of the device", arguments: [1, 400])
    func forgotten(count: Int) throws {
        try world.hold(a, b)
        var ids: [RecordID] = []
        for number in 0..<count {
            let id = try world.machine(b, serial: "\(Self.canary)\(number)")
            try world.edit(id, on: world.hq, .put("\(Self.canary) noted \(number)", at: tag("asset", "notes")))
            ids.append(id)
            if number % 3 == 0 { try world.machine(a, serial: "kept\(number)") }
        }
        try world.pull()
        // Earlier values, open conflicts and a base beside own work go too.
        for id in ids.prefix(5) {
            try world.edit(id, on: world.hq, .put("\(Self.canary) again", at: tag("asset", "serial")))
            try world.edit(id, on: world.device, .put("mine", at: tag("asset", "firmware")))
        }
        try world.pull()
        try world.device.write { _ = try $0.meta("nothing") }
        #expect(try found(Self.canary) > 0)
        #expect(try !files(with: Self.canary).isEmpty)
        try world.letGo(b)
        try world.pull()
        try Blobs(world.device).finishForgetting()
        #expect(try found(Self.canary) == 0)
        #expect(try files(with: Self.canary) == [])
        #expect(try found("kept0") == 1)
        #expect(try world.device.read { try $0.verify() }.faults == [])
    }

    @Test("No byte of a record that moved away is in any file, nor of the attachment that it was")
    func moved() throws {
        try world.hold(a)
        let bytes = Array("the picture of \(Self.canary)".utf8)
        let id = try world.machine(a, serial: Self.canary)
        let blobs = Blobs(world.device)
        let source = world.world.directory.appending(path: "source").path
        try Data(bytes).write(to: URL(filePath: source))
        let hash = try blobs.add(copyOf: source).hash
        try FileManager.default.removeItem(atPath: source)
        try world.device.write { try $0.noteBlob(hash, stage: .hq) }
        let picture = try attachment(hash, size: bytes.count, on: world.hq)
        try world.pull()
        #expect(try files(with: Self.canary).count > 1)
        try world.move(id, to: b)
        try world.hq.write { access in
            try access.commit(
                [LocalChange(type: EntityTag.attachment, record: picture, edits: [.put(b, at: .scope)])],
                author: world.world.headquarters)
        }
        #expect(try world.pull().losses == Losses(evicted: [id, picture].sorted()))
        try blobs.finishForgetting()
        #expect(try files(with: Self.canary) == [])
        #expect(blobs.folder.size(hash) == nil)
    }

    private func attachment(_ hash: BlobHash, size: Int, on store: Store) throws -> RecordID {
        let id = RecordID(high: 0x0191_0000_0000_7FFF, low: 0x8000_0000_0000_0FFF)
        let author = store.role.isNode ? world.world.headquarters : world.world.person
        try store.write { access in
            try access.commit(
                [
                    LocalChange(
                        type: EntityTag.attachment, record: id, creates: true,
                        edits: [
                            .put(a, at: .scope), .put(hash.description, at: tag("attachment", "sha256")),
                            .put(Int64(size), at: tag("attachment", "size")),
                            FieldEdit(
                                tag: tag("attachment", "subject"), edit: .put(.reference(world.world.headquarters))),
                        ])
                ], author: author)
        }
        return id
    }

    @Test("Forgetting that was broken off is ended by whoever comes next")
    func brokenOff() throws {
        try world.hold(a, b)
        try world.machine(b, serial: Self.canary)
        try world.pull()
        try world.letGo(b)
        try world.pull()
        // As after a crash behind the commit.
        #expect(try !files(with: Self.canary).isEmpty)
        try Blobs(world.device).finishForgetting()
        #expect(try files(with: Self.canary) == [])
        #expect(try world.device.read { try $0.meta(MetaKey.forgetting) } == nil)
    }

    @Test("Work that was not sent when a scope was lost is sent, accepted, and then gone from the device")
    func unsent() throws {
        let old = try world.machine(a)
        try world.hold(a)
        try world.pull()
        try world.edit(old, on: world.device, .put("late", at: tag("asset", "firmware")))
        let new = try world.machine(a, serial: "made here", on: world.device)
        try world.letGo(a)
        try world.pull()
        #expect(try world.device.read { try $0.state(of: old) } == nil)
        #expect(try world.device.read { try $0.state(of: new) } != nil, "it is nowhere else yet")
        try world.world.push(world.device, to: world.hq)
        #expect(
            try world.hq.read { try $0.state(of: old)?[tag("asset", "firmware")].latest?.value } == .text("late"))
        #expect(try world.hq.read { try $0.state(of: new) } != nil)
        #expect(try world.pull().losses.evicted == [old, new].sorted())
        #expect(try world.device.read { try $0.state(of: new) } == nil)
        #expect(try world.device.read { try $0.receiptCounts().hq } == 2)
        #expect(try world.device.read { try $0.verify() }.faults == [])
        // And it shows again as headquarters has it when the scope is held again.
        try world.hold(a)
        try world.pull()
        #expect(try world.held() == [old, new])
        #expect(
            try world.device.read { try $0.state(of: old)?[tag("asset", "firmware")].latest?.value } == .text("late"))
    }

    @Test("An attachment that was not sent stays until it is, though its record left")
    func unsentAttachment() throws {
        try world.hold(a)
        try world.machine(a)
        try world.pull()
        let blobs = Blobs(world.device)
        let source = world.world.directory.appending(path: "source").path
        try Data("photo".utf8).write(to: URL(filePath: source))
        let hash = try blobs.add(copyOf: source).hash
        let picture = try attachment(hash, size: 5, on: world.device)
        try world.world.push(world.device, to: world.hq)
        try world.letGo(a)
        #expect(try world.pull().losses == Losses(dropped: [a], evicted: [picture]))
        try blobs.finishForgetting()
        #expect(try world.device.read { try $0.state(of: picture) } == nil)
        #expect(try world.device.read { try $0.unsentBlobs(all: true) }.map(\.hash) == [hash])
        try world.device.write { try $0.noteBlob(hash, stage: .branch) }
        try blobs.finishForgetting()
        #expect(blobs.folder.size(hash) == nil)
        #expect(try world.device.read { try $0.meta(MetaKey.forgetting) } == nil)
    }

    @Test("Losing a scope at a branch is losing its records for all below it that it may tell so")
    func branch() throws {
        let branch = try world.world.store(.branch, seed: 50)
        let id = try world.machine(a)
        try world.world.pull(branch, from: world.hq)
        #expect(try branch.read { try $0.state(of: id) } != nil)
        try world.world.letEverybodyRead(world.hq)
        let before = try branch.read { try $0.ownCheckpoint() }
        let page = try world.hq.read {
            try $0.page(for: world.world.everybody, after: nil, cursor: nil, bytesMax: 4_000_000)
        }
        let checkpoint = try #require(page?.checkpoint)
        try branch.write { try $0.complete([], losses: Losses(evicted: [id]), checkpoint: checkpoint) }
        #expect(try branch.read { try $0.state(of: id) } == nil)
        #expect(try branch.read { try $0.verify() }.faults == [])
        // Who holds the scope there learns of it.
        try branch.write { access in
            try access.noteUpstreamHeard()
            try access.hold(a, by: world.holder, since: 1)
            try access.hold(Scope(.user(world.holder)).description, by: world.holder, since: 1)
        }
        let position = Int64(clamping: before.position)
        let since = Checkpoint(
            epoch: try branch.read { try $0.epoch() }, position: before.position,
            token: try branch.read { try $0.token(at: UInt64(position)) } ?? 0)
        let told = try branch.read { try $0.page(for: world.holder, after: since, cursor: nil, bytesMax: 1_000_000) }
        #expect(told?.losses == Losses(evicted: [id]))
    }
}
