import Foundation
import Testing

/// What stands in a document, by name; more may stand there.
private indirect enum Shape: Sendable {
    case text, number, flag, array, object([String: Shape]), list(Shape), optional(Shape), any

    func fits(_ json: JSON) -> Bool {
        switch (self, json) {
        case (.any, _), (.text, .text), (.number, .number), (.flag, .flag), (.array, .array), (.optional, .null): true
        case (.optional(let shape), _): shape.fits(json)
        case (.list(let shape), .array(let items)): items.allSatisfy(shape.fits)
        case (.object(let shapes), .object(let members)):
            shapes.allSatisfy { name, shape in members[name].map(shape.fits) ?? false }
        default: false
        }
    }

    /// `{"items":[…]}` with something in it.
    static func items(_ item: Shape) -> Shape { .object(["items": .list(item)]) }
}

@Suite("Commands: the documents that scripts rely on")
struct CommandTests {
    private static let record: [String: Shape] = ["type": .text, "id": .text, "number": .optional(.text)]
    private static let written = Shape.object(record.merging(["receipt": .text]) { $1 })
    private static let listed = Shape.object(record.merging(["fields": .object([:])]) { $1 })
    private static let sibling = Shape.object([
        "dot": .text, "value": .any, "author": .text, "replica": .text, "at": .text, "mine": .flag,
    ])
    private static let shown = Shape.object(
        record.merging(["scope": .text, "fields": .object([:]), "deleted": .flag, "conflicts": .object([:])]) { $1 })
    private static let change = Shape.object([
        "dot": .text, "field": .text, "before": .any, "after": .any, "author": .text, "replica": .text, "at": .text,
        "current": .flag,
    ])
    private static let sync = Shape.object([
        "sent": .number, "received": .number, "rejected": .number, "conflicts": .number, "pending": .number,
        "complete": .flag, "upstream": .text, "offset_ms": .optional(.number),
        "attachments": .object(["sent": .number, "received": .number, "pending": .number]),
    ])
    private static let verify = Shape.object([
        "scopes": .number, "differed": .number, "repaired": .number, "missing": .array,
    ])

    private func expect(_ shape: Shape, _ json: JSON, _ here: SourceLocation = #_sourceLocation) {
        #expect(shape.fits(json), "\(json)", sourceLocation: here)
    }

    @Test("A node: itself, its people, devices and branches")
    func node() throws {
        let (perth, hq) = (try SharedTiers.perth, try SharedTiers.tiers.get().hq)
        let status: [String: Shape] = [
            "node": .text, "role": .text, "name": .text, "url": .text, "position": .number, "epoch": .text,
            "records": .number, "devices": .number, "pending_up": .number, "last_uplink_at": .optional(.text),
        ]
        expect(.object(status.merging(["upstream": .text]) { $1 }), try perth.done("status"))
        expect(.object(status.merging(["upstream": .optional(.text)]) { $1 }), try hq.done("status"))
        let device = try SharedTiers.device()
        let user = try perth.done("user", "add", "--name", "\(device.name)-x", "--display", "X", "--role", "auditor")
        expect(.object(["id": .text, "name": .text]), user)
        let code = Shape.object(["code": .text, "expires_at": .text])
        expect(code, try perth.done("device", "invite", "--user", device.name))
        expect(code, try hq.done("branch", "invite", "--name", SharedTiers.name("branch")))
        let devices = try perth.done("device", "list")
        let listed: [String: Shape] = [
            "id": .text, "name": .text, "user": .text, "state": .text, "last_seen_at": .optional(.text),
            "version": .text,
        ]
        expect(.items(.object(listed)), devices)
        let own = try #require(devices["items"].items.first { $0["user"] == .text(device.name) }?["id"].text)
        for (verb, state) in [("suspend", "suspended"), ("resume", "active"), ("revoke", "revoked")] {
            #expect(try perth.done("device", verb, own)["state"] == .text(state))
        }
        #expect(try device.verb("sync").isRefused(17, "revoked"))
        let branches = try hq.done("branch", "list")
        let branch: [String: Shape] = [
            "id": .text, "name": .text, "url": .text, "last_exchange_at": .optional(.text),
            "pending": .optional(.number),
        ]
        expect(.items(.object(branch)), branches)
        #expect(branches["items"].items.contains { $0["name"] == .text("perth") })
        expect(Self.verify, try perth.done("verify"))
    }

    @Test("An account across branches")
    func account() throws {
        let hq = try SharedTiers.tiers.get().hq
        let id = try #require(try hq.done("new", "account", "name=Figures", "type=company")["id"].text)
        try hq.done("new", "site", "account=\(id)", "name=Pit")
        let figures: [String: Shape] = [
            "sites": .number, "assets": .number, "orders": .object([:]), "visits": .number, "cost": .array,
        ]
        let branch = figures.merging(["name": .text, "fresh_at": .optional(.text)]) { $1 }
        let report = try hq.done("account", "show", id)
        expect(.object(["id": .text, "totals": .object(figures), "branches": .list(.object(branch))]), report)
        #expect(report["totals"]["sites"] == .number(1))
    }

    @Test("Records, on a device and at a node alike")
    func records() throws {
        let perth = try SharedTiers.perth
        let machine = try SharedTiers.machine()
        let device = try SharedTiers.device()
        let note = try device.done("new", "note", "subject=\(machine)", "text=shape")
        expect(Self.written, note)
        expect(Self.written, try device.done("set", machine, "firmware=1", "tags+=a"))
        expect(Self.shown, try device.done("get", machine))
        expect(.object(["items": .list(Self.listed), "more": .flag]), try device.done("list", "note", "--limit", "1"))
        expect(.object(["items": .list(Self.listed), "more": .flag]), try device.done("search", "shape"))
        let history = try device.done("history", machine, "--field", "firmware")
        expect(.object(["complete": .flag, "items": .list(Self.change)]), history)
        try device.sync()
        let upstream = try device.done("history", machine, "--upstream")
        expect(.object(["complete": .flag, "items": .list(Self.change)]), upstream)
        #expect(upstream["items"].items.count > history["items"].items.count)
        let dot = try #require(history["items"][0]["dot"].text)
        try device.done("set", machine, "firmware=2")
        expect(Self.written, try device.done("restore", machine, "--field", "firmware", "--dot", dot))
        #expect(try device.done("get", machine)["fields"]["firmware"] == .text("1"))
        expect(Self.written, try perth.done("new", "product", "code=\(SharedTiers.name("P"))"))
        expect(Self.written, try perth.done("delete", machine))
        #expect(try perth.done("get", machine)["deleted"] == .flag(true))
    }

    @Test("What a device sends and knows of it")
    func exchange() throws {
        let machine = try SharedTiers.machine()
        let device = try SharedTiers.device()
        try device.done("set", machine, "notes+=x")
        expect(Self.sync, try device.sync())
        let status: [String: Shape] = [
            "replica": .text, "user": .text, "upstream": .text, "pending": .number, "at_branch": .number,
            "at_hq": .number, "rejected": .number, "conflicts": .number, "decisions": .number,
            "last_sync_at": .text, "scopes": .number, "records": .number, "bootstrapping": .flag,
            "attachments_pending": .number,
        ]
        expect(.object(status), try device.done("status"))
        let set = Shape.object(["seq": .number, "at": .text, "records": .array, "receipt": .text])
        let receipts = Shape.object(["items": .list(set), "local": .number, "branch": .number, "hq": .number])
        expect(receipts, try device.done("receipts"))
        expect(Self.verify, try device.done("verify"))
        expect(.object(["conflicts": .array, "rejected": .array, "decisions": .array]), try device.done("attention"))
        expect(.items(.any), try device.done("rejected"))
        expect(.object(["orders": .array, "pending": .number]), try device.done("today"))
    }

    @Test("An attachment, from the file to the file")
    func attachment() throws {
        let machine = try SharedTiers.machine()
        let device = try SharedTiers.device()
        let file = device.folder.appending(path: "leak.jpg")
        try Data("a leak".utf8).write(to: file)
        let made = try device.done("attach", machine, file.path, "--caption", "hose")
        expect(.object(Self.record.merging(["receipt": .text, "sha256": .text, "size": .number]) { $1 }), made)
        let item: [String: Shape] = [
            "subject": .text, "sha256": .text, "size": .number, "name": .text, "kind": .text, "caption": .text,
            "media_type": .text, "taken_at": .text, "state": .text, "percent": .optional(.number), "here": .flag,
            "pinned": .flag,
        ]
        let listed = try device.done("attachments", machine)
        expect(.object(["items": .list(.object(Self.record.merging(item) { $1 })), "more": .flag]), listed)
        #expect(listed["items"][0]["kind"] == .text("photo") && listed["items"][0]["state"] == .text("local"))
        let id = try #require(made["id"].text)
        let copy = device.folder.appending(path: "copy.jpg").path
        let got = Shape.object(["id": .text, "sha256": .text, "size": .number, "path": .text, "fetched": .flag])
        expect(got, try device.done("attachments", "get", id, "--out", copy))
        #expect(FileManager.default.contents(atPath: copy) == Data("a leak".utf8))
        #expect(try device.verb("attachments", "get", id, "--out", copy).isRefused(4, "exists"))
        #expect(
            try device.verb("attachments", "get", id, "--out", copy + ".d/x").error["message"].text?.contains("folder")
                == true)
        #expect(try device.done("attachments", "pin", id)["pinned"] == .flag(true))
        #expect(try device.done("attachments", "unpin", id)["pinned"] == .flag(false))
        let policy = try device.done("attachments", "policy", "on_demand", "--quota", "1MB")
        #expect(
            policy
                == .object(["policy": .text("on_demand"), "quota_bytes": .number(1_000_000), "used_bytes": .number(6)]))
        #expect(try device.verb("attach", machine, file.path + "x").isRefused(3, "not_found"))
        let folder = try device.verb("attach", machine, device.folder.path)
        #expect(try folder.isRefused(2, "usage"))
        #expect(try folder.error["message"].text?.contains("is a folder") == true)
        let empty = device.folder.appending(path: "empty.jpg")
        try Data().write(to: empty)
        #expect(try device.verb("attach", machine, empty.path).isRefused(2, "usage"))
        #expect(try device.verb("attach", machine, file.path, "--kind", "poem").isRefused(2, "unknown_choice"))
        #expect(try device.verb("attachments", "policy", "--quota", "much").isRefused(2, "usage"))
    }

    @Test("What was pinned, and what is fetched, is said in a person's words")
    func attachmentWords() throws {
        let machine = try SharedTiers.machine()
        let device = try SharedTiers.device()
        let file = device.folder.appending(path: "leak.jpg")
        try Data("a leak".utf8).write(to: file)
        let id = try #require(try device.done("attach", machine, file.path)["id"].text)
        func said(_ arguments: String...) throws -> String {
            try device.command(["attachments"] + arguments).run().text
        }
        #expect(try said("pin", id) == "leak.jpg: kept here whatever the quota says.\n")
        #expect(try said("unpin", id, "--lang", "zh") == "leak.jpg：空间不足时可从本机移除。\n")
        #expect(try said("pin", id, "--quiet") == "")
        for (policy, en, zh) in [
            ("never", "nothing", "不下载"), ("on_demand", "what is pinned or asked for", "仅固定或索取的附件"),
            ("assigned", "what is pinned, asked for, or of your open orders", "固定或索取的附件，以及本人未完工单的附件"),
        ] {
            #expect(try said("policy", policy).contains("\(en) (\(policy))\n"))
            #expect(try said("policy", "--lang", "zh").contains("\(zh)（\(policy)）\n"))
        }
    }

    @Test(
        "A person at a terminal sees how far a long transfer is, unless he wants no remarks; a file sees nothing of it")
    func transfer() throws {
        let perth = try SharedTiers.perth
        let machine = try SharedTiers.machine()
        let (device, other) = (try SharedTiers.device(), try SharedTiers.device())
        let file = device.folder.appending(path: "film.mp4")
        func attached(_ seed: UInt8) throws -> String {
            try Data(repeating: seed, count: 1_200_000).write(to: file)
            return try #require(try device.done("attach", machine, file.path)["sha256"].text)
        }
        let hash = try attached(1)
        let seen = try atTerminal(device, "sync")
        #expect(seen.contains("\r\u{1B}[KSending an attachment: 262 kB of 1.2 MB, 21 %"), "\(seen)")
        #expect(seen.contains("100 %\r\u{1B}[K") && seen.contains("1 sent, 0 received"), "\(seen)")
        try other.sync()
        let fetched = try atTerminal(other, "attachments get \(hash) --lang zh")
        #expect(fetched.contains("正在下载附件：1.2 MB / 1.2 MB，100%"), "\(fetched)")
        _ = try attached(2)
        #expect(try !atTerminal(device, "sync --quiet").contains("Sending"))
        _ = try attached(3)
        #expect(try !device.command(["sync"]).run().complaint.contains("Sending"))
        #expect(try perth.done("attachments", machine)["items"].items.allSatisfy { $0["here"] == .flag(true) })
    }

    /// What a person sees of a verb.
    private func atTerminal(_ device: FieldDevice, _ verb: String) throws -> String {
        let line = "\(Program.field.path) \(verb) --replica \(device.folder.path)"
        return try Command(path: "script", ["-qec", line, "/dev/null"], in: device.folder).run().text
    }

    @Test("A conflict, from its siblings to its end")
    func conflict() throws {
        let perth = try SharedTiers.perth
        let machine = try SharedTiers.machine()
        let device = try SharedTiers.device()
        try device.done("set", machine, "serial=\(machine)-A")
        try perth.done("set", machine, "serial=\(machine)-B")
        let outcome = try device.verb("sync")
        #expect(outcome.exit == 12)
        expect(Self.sync, try outcome.json)
        let listed = try device.done("conflicts")["items"].items.filter { $0["number"] == .text(machine) }
        let item: [String: Shape] = ["field": .text, "siblings": .list(Self.sibling), "message": .text]
        expect(.list(.object(Self.record.merging(item) { $1 })), .array(listed))
        #expect(listed.count == 1 && listed[0]["siblings"].items.count == 2)
        let siblings = try device.done("get", machine)["conflicts"]["serial"]
        expect(.list(Self.sibling), siblings)
        #expect(siblings.items.count == 2)
        expect(Self.written, try device.done("resolve", machine, "--field", "serial", "--keep", "mine"))
        #expect(try device.verb("sync").exit == 0)
        #expect(try perth.done("get", machine)["fields"]["serial"] == .text("\(machine)-A"))
        #expect(try perth.done("get", machine)["conflicts"].keys == [])
    }

    @Test("The canonical dump: one object a line, sorted, without spaces between, the same of every replica")
    func dump() throws {
        let hq = try SharedTiers.tiers.get().hq
        _ = try SharedTiers.machine()
        let lines = try hq.dump().split(separator: "\n")
        let documents = try lines.map { try JSON(Array($0.utf8)) }
        #expect(documents.allSatisfy { $0.keys == ["deleted", "fields", "id", "scope", "type"] })
        let order = documents.map { "\($0["type"].text ?? "") \($0["id"].text ?? "")" }
        #expect(order == order.sorted() && !order.isEmpty)
        #expect(lines.allSatisfy { $0.hasPrefix(#"{"deleted":"#) })
        let fields = documents.flatMap { document in document["fields"].keys.map { document["fields"][$0] } }
        #expect(fields.allSatisfy { !$0.items.isEmpty })
    }

    @Test("--jsonl prints the items of a list, one a line")
    func lines() throws {
        _ = try (SharedTiers.machine(), SharedTiers.machine())
        let device = try SharedTiers.device()
        let items = try device.done("list", "asset")["items"].items
        let outcome = try device.command(["list", "asset", "--jsonl"]).run()
        let lines = try outcome.stdout.split(separator: UInt8(ascii: "\n")).map { try JSON(Array($0)) }
        #expect(lines.count > 1 && lines.count == items.count)
    }
}
