import Foundation
import Testing

@Suite("field joins by a code, and opens only with its key")
struct CLIEnrolTests {
    private let world: CLIWorld

    init() throws {
        world = try CLIWorld()
        try world.serve()
        _ = try world.person("wei")
    }

    private func code() throws -> String { try world.node("device", "invite", "--user", "wei").text("code") }

    @Test(
        "a replica that is not enrolled exits 11 for every verb", arguments: ["status", "sync", "conflicts", "today"])
    func notEnrolled(verb: String) throws {
        let run = try world.field("tablet", verb)
        #expect(run.exit == 11)
        #expect(run.error["code"] as? String == "not_enrolled")
    }

    @Test("without a terminal, a key file or a passphrase it does not enrol")
    func noLock() throws {
        #expect(try world.field("tablet", "enroll", world.url, "--code", try code()).exit == 2)
    }

    @Test("a code is good for one device, and one that is mistyped is told so")
    func codes() throws {
        let code = try code()
        let key = world.folder.appending(path: "key")
        try Data(repeating: 7, count: 32).write(to: key)
        func enrol(_ device: String, _ code: String) throws -> CLIRun {
            try world.field(device, "enroll", world.url, "--code", code, "--key-file", key.path)
        }
        #expect(try enrol("tablet", code).exit == 0)
        #expect(try enrol("phone", code).error["code"] as? String == "code_used")
        #expect(try enrol("phone", "ABC").exit == 2)
        #expect(try enrol("tablet", code).exit == 4)
    }

    @Test("a key file shorter than 32 bytes is refused")
    func shortKey() throws {
        let key = world.folder.appending(path: "short")
        try Data(repeating: 7, count: 31).write(to: key)
        let run = try world.field("tablet", "enroll", world.url, "--code", try code(), "--key-file", key.path)
        #expect(run.exit == 2)
    }

    @Test("the key file is remembered, and without it the replica is locked")
    func lockedByFile() throws {
        try world.enrol("tablet", of: "wei")
        #expect(try world.field("tablet", "status").text("user") == "wei")
        try FileManager.default.removeItem(at: world.folder.appending(path: "tablet.key"))
        let run = try world.field("tablet", "list", "site")
        #expect(run.exit == 11)
        #expect(run.error["code"] as? String == "locked")
    }

    @Test("a passphrase opens the replica, another one does not")
    func lockedByPassphrase() throws {
        let right = world.folder.appending(path: "right")
        let wrong = world.folder.appending(path: "wrong")
        try Data("open sesame\n".utf8).write(to: right)
        try Data("open barley\n".utf8).write(to: wrong)
        func field(_ arguments: [String], _ passphrase: URL?) throws -> CLIRun {
            try world.field("tablet", arguments, passphrase.map { ["FIELD_PASSPHRASE_FILE": $0.path] } ?? [:])
        }
        #expect(try field(["enroll", world.url, "--code", try code()], right).exit == 0)
        #expect(try field(["status"], right).exit == 0)
        #expect(try field(["status"], wrong).exit == 11)
        #expect(try field(["status"], nil).exit == 11)
    }

    @Test("what was written before the roles were known is refused by the node, amended or discarded")
    func rejected() throws {
        try world.enrol("tablet", of: "wei")
        for code in ["X1", "X2"] { #expect(try world.field("tablet", "new", "product", "code=\(code)").exit == 0) }
        let sent = try world.field("tablet", "sync")
        #expect(sent.exit == 12)
        #expect(sent.number("rejected") == 2)
        #expect(try world.field("tablet", "list", "product").items.isEmpty)
        let items = try world.field("tablet", "rejected").items
        #expect(Set(items[0].keys) == ["id", "record", "number", "code", "message", "at", "changes"])
        #expect(items.map { ($0["changes"] as? [String: String])?["code"] } == ["X2", "X1"])
        let ids = items.compactMap { $0["id"] as? String }
        #expect(try world.field("tablet", "amend", ids[0], "name=Bucket").exit == 4)
        #expect(try world.field("tablet", "discard", ids[0]).exit == 0)
        #expect(try world.field("tablet", "discard", ids[0]).exit == 3)
        #expect(try world.field("tablet", "status").number("rejected") == 1)
    }

    @Test("an amended creation is the same record, and comes through")
    func amended() throws {
        let person = try world.person("li")
        try world.enrol("tablet", of: "li")
        let made = try world.field("tablet", "new", "work_order", "type=install", "assignees=\(person)")
        #expect(try world.field("tablet", "sync").number("rejected") == 1)
        let id = try #require(try world.field("tablet", "rejected").items.first?["id"] as? String)
        #expect(try world.field("tablet", "amend", id, "type=repair").exit == 0)
        #expect(try world.field("tablet", "rejected").items.isEmpty)
        #expect(try world.field("tablet", "sync").exit == 0)
        let shown = try world.node("get", made.text("number"))
        #expect(shown.text("id") == made.text("id"))
        let fields = try #require(shown.json["fields"] as? [String: Any])
        #expect(fields["type"] as? String == "repair")
        #expect(fields["assignees"] as? [String] == [person])
    }
}
