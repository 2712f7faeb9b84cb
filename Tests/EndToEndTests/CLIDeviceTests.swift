import Foundation
import Testing

@Suite("field on two devices of one person")
struct CLIDeviceTests {
    private let world: CLIWorld
    private let order: String
    private let asset: String

    init() throws {
        world = try CLIWorld()
        try world.serve()
        (order, asset) = try world.order(for: try world.person("wei"))
        for device in ["tablet", "phone"] {
            try world.enrol(device, of: "wei")
            #expect(try world.field(device, "sync").exit == 0)
        }
    }

    private func fields(_ device: String, _ ref: String) throws -> [String: Any] {
        try #require(try world.field(device, "get", ref).json["fields"] as? [String: Any])
    }

    @Test("what one writes the other shows after both have synced, and receipts say how far it came")
    func exchanges() throws {
        #expect(try world.field("tablet", "set", order, "resolution=hose replaced").text("receipt") == "local")
        #expect(try world.field("tablet", "status").number("pending") == 1)
        let sent = try world.field("tablet", "sync")
        #expect(sent.exit == 0)
        #expect(
            Set(sent.json.keys) == [
                "sent", "received", "rejected", "conflicts", "pending", "complete", "upstream", "offset_ms",
                "attachments",
            ])
        #expect(sent.number("sent") == 1)
        #expect(sent.text("upstream") == world.url)
        try world.field("phone", "sync")
        #expect(try fields("phone", order)["resolution"] as? String == "hose replaced")
        #expect(try world.field("tablet", "get", order).text("receipt") == "hq")
        let receipts = try world.field("tablet", "receipts")
        #expect(receipts.number("hq") == 1)
        #expect(receipts.items.map { $0["receipt"] as? String } == ["hq"])
        let dumps = try ["tablet", "phone"].map { try world.field($0, ["dump", "--canonical"]).out }
        #expect(dumps[0] == dumps[1])
        #expect(try Dumps.agree([world.node(["dump", "--canonical"]).out, dumps[0]]))
    }

    @Test("two values written apart are both kept until a person decides")
    func conflicts() throws {
        try world.field("tablet", "set", order, "fault_code=HOSE-LEAK")
        try world.field("phone", "set", order, "fault_code=SEAL-WORN")
        #expect(try world.field("tablet", "sync").exit == 0)
        #expect(try world.field("phone", "sync").exit == 12)
        #expect(try world.field("tablet", "sync").exit == 12)
        let conflicts = try world.field("tablet", "conflicts")
        let item = try #require(conflicts.items.first)
        #expect(Set(item.keys) == ["type", "id", "number", "field", "siblings", "message", "owner", "due_at"])
        let siblings = try #require(item["siblings"] as? [[String: Any]])
        #expect(siblings.map { $0["value"] as? String } == ["HOSE-LEAK", "SEAL-WORN"])
        #expect(siblings.map { $0["mine"] as? Bool } == [true, false])
        #expect((item["message"] as? String)?.contains("you wrote HOSE-LEAK") == true)
        #expect(try world.field("tablet", "status").number("conflicts") == 1)
        #expect(try world.field("tablet", "resolve", order, "--field", "fault_code", "--keep", "mine").exit == 0)
        #expect(try world.field("tablet", "sync").exit == 0)
        #expect(try world.field("phone", "sync").exit == 0)
        #expect(try fields("phone", order)["fault_code"] as? String == "HOSE-LEAK")
        #expect(try world.field("tablet", "resolve", order, "--field", "fault_code", "--keep", "mine").exit == 3)
        let history = try world.field("phone", "history", order, "--field", "fault_code", "--upstream")
        #expect(history.json["complete"] as? Bool == true)
        #expect(history.items.count == 3)
    }

    @Test("a deletion that did not know of an edit is decided by a person")
    func deletedButEdited() throws {
        try world.node("delete", asset)
        try world.field("tablet", "set", asset, "firmware=2")
        #expect(try world.field("tablet", "sync").exit == 12)
        let item = try #require(try world.field("tablet", "conflicts").items.first)
        #expect(item["field"] as? String == "deleted")
        #expect(try world.field("tablet", "resolve", asset, "--field", "deleted", "--keep", "mine").exit == 0)
        #expect(try world.field("tablet", "sync").exit == 0)
        #expect(try world.node("get", asset).json["deleted"] as? Bool == false)
    }

    @Test("what his role may not write is refused on the device")
    func forbidden() throws {
        let run = try world.field("tablet", "new", "product", "code=X1")
        #expect(run.exit == 4)
        #expect(run.error["code"] as? String == "field_forbidden")
        #expect(try world.field("tablet", "status").number("pending") == 0)
    }

    @Test("a job runs from accepted to finished, and its visit with it")
    func job() throws {
        for step in ["accept", "depart", "arrive", "start"] {
            #expect(try world.field("tablet", "job", step, order).exit == 0)
        }
        let done = try world.field(
            "tablet", "job", "finish", order, "--resolution", "hose replaced", "--cost", "183.05AUD", "--summary",
            "done")
        #expect(done.text("kind") == "finished")
        let shown = try world.field("tablet", "job", "show", order)
        #expect((shown.json["fields"] as? [String: Any])?["status"] as? String == "finished")
        #expect((shown.json["events"] as? [Any])?.count == 5)
        #expect(try world.field("tablet", "list", "visit").items.count == 1)
        #expect(try world.field("tablet", "job", "leave", order, "--reason", "done").exit == 0)
        #expect(try world.field("tablet", "sync").exit == 0)
        #expect(try world.node("get", order).out.contains(#""status":"finished""#))
    }

    @Test("a repair that no order announced is an order for himself")
    func ownOrder() throws {
        let made = try world.field("tablet", "job", "new", "--asset", asset, "--type", "repair", "--text", "leaks")
        #expect(made.exit == 0)
        #expect(try world.field("tablet", "sync").exit == 0)
        #expect(try world.node("get", made.text("number")).out.contains(#""status":"accepted""#))
        #expect(try world.field("tablet", "job", "new", "--asset", asset, "--type", "install").exit == 4)
    }

    @Test("a field that moves nothing is not sent, and verify finds both sides the same")
    func verifies() throws {
        let run = try world.field("tablet", "verify")
        #expect(run.exit == 0)
        #expect(run.json["compared"] as? Bool == true)
        #expect(run.number("differed") == 0)
        #expect(run.json["missing"] as? [String] == [])
    }

    @Test("without the node everything but the exchange works, and nothing is lost")
    func offline() throws {
        #expect(try world.endServer() == 0)
        #expect(try world.field("tablet", "set", order, "diagnosis=hose").exit == 0)
        let run = try world.field("tablet", "sync")
        #expect(run.exit == 10)
        #expect(run.error["retryable"] as? Bool == true)
        #expect(try world.field("tablet", "status").number("pending") == 1)
    }

    @Test("a device that was revoked is told so")
    func revoked() throws {
        let devices = try world.node("device", "list").items
        #expect(Set(devices[0].keys).isSuperset(of: ["id", "name", "user", "state", "last_seen_at", "version"]))
        let tablet = try #require(devices.first { $0["name"] as? String == "tablet" }?["id"] as? String)
        #expect(try world.node("device", "suspend", tablet).exit == 0)
        #expect(try world.field("tablet", "sync").exit == 11)
        #expect(try world.node("device", "resume", tablet).exit == 0)
        #expect(try world.field("tablet", "sync").exit == 0)
        #expect(try world.node("device", "revoke", tablet).exit == 0)
        #expect(try world.field("tablet", "sync").exit == 17)
        #expect(try world.node("device", "resume", tablet).exit == 4)
    }

    @Test("two exchanges of one replica take turns, and everything else works meanwhile")
    func turns() throws {
        let lock = open(world.folder.path + "/tablet/exchange.lock", O_RDWR | O_CREAT, 0o600)
        try #require(flock(lock, LOCK_EX) == 0)
        #expect(try world.field("tablet", "set", order, "diagnosis=hose").exit == 0)
        let run = try world.field("tablet", "sync")
        #expect(run.exit == 75)
        #expect(run.error["code"] as? String == "busy")
        close(lock)
        #expect(try world.field("tablet", "sync").number("sent") == 1)
    }
}
