import Foundation
import SyncClient
import SyncWire
import Testing

@Suite("Operators: a node says within two seconds whether it takes writes, and why not")
struct OperatorReadinessTests {
    private static let seconds = 2.0

    @Test("A disk that is nearly full: writes are refused before it is, reads go on, and room makes it ready again")
    func diskLow() throws {
        let world = FileManager.default.temporaryDirectory.appending(path: "fs-disk-\(getpid())")
        defer { try? FileManager.default.removeItem(at: world) }
        let hq = ServedNode("hq", in: world)
        let disk = try SmallDisk(at: hq.folder, kilobytes: 160 * 1024)
        defer {
            try? hq.kill()
            disk.unmount()
        }
        try hq.done("init", "--role", "hq", "--org", "Acme")
        try hq.serve()
        try hq.done("user", "add", "--name", "li", "--display", "li", "--role", "technician", "--role", "parts_keeper")
        let code = try #require(try hq.done("device", "invite", "--user", "li")["code"].text)
        let caller = try WireCaller(to: hq, code: code)
        let node = OperatorCaller(hq.url)
        #expect(node.isReady())
        try disk.fill(megabytes: 110)
        #expect(eventually(within: Self.seconds) { node.isUnready("disk_low") })
        let refused = try caller.post(
            "/v1/push", Frame.encode(caller.push([caller.run()]).encoded), token: caller.token())
        #expect(refused.status == 507)
        #expect(try JSON(refused.body)["code"] == .text("storage_full"))
        let pulled = try caller.post("/v1/pull", Frame.encode(WirePullRequest().encoded), token: caller.token())
        #expect(pulled.status == 200)
        #expect(try node.get("/healthz").status == 200)
        #expect(try node.metrics()["fieldsync_disk_free_bytes"] ?? .infinity < 64 * 1024 * 1024)
        try disk.empty()
        #expect(eventually(within: Self.seconds) { node.isReady() })
        #expect(try caller.outcomes(of: [caller.run()]) == [.accepted])
    }

    @Test("A branch that has not pulled everything for the first time is bootstrapping until it has")
    func bootstrapping() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            #expect(try perth.stop() == 0)
            try tiers.hq.kill()
            try perth.sql("DELETE FROM meta WHERE key LIKE 'checkpoint%'")
            try perth.serve()
            let node = OperatorCaller(perth.url)
            #expect(eventually(within: Self.seconds) { node.isUnready("bootstrapping") })
            #expect(try node.get("/healthz").status == 200)
            try tiers.hq.serve()
            #expect(eventually(within: 20) { node.isReady() })
        }
    }

    @Test("While its database is migrated a node is alive and says what it does")
    func migrating() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            #expect(try hq.stop() == 0)
            let migration = try SlowMigration(of: hq, in: tiers.folder)
            let serving = try hq.command(["serve", "--listen", "127.0.0.1:\(hq.port)"]).start()
            let node = OperatorCaller(hq.url)
            #expect(eventually(within: 4) { node.isUnready("migrating") })
            #expect(try node.get("/healthz").status == 200)
            #expect(try node.get("/v1/authority").status == 503)
            try migration.end()
            #expect(try serving.firstLine().contains("listening"))
            #expect(node.isReady())
            serving.signal(SIGTERM)
            #expect(try serving.outcome(within: 20).exit == 0)
        }
    }
}

/// Takes the newest migration of a node's database back, and holds the database so that it cannot be made again yet.
private struct SlowMigration {
    private static let script = "DELETE FROM grdb_migrations WHERE identifier LIKE '% tallies'; DROP TABLE tally"

    private let holder: RunningProgram
    private let flag: URL

    init(of node: ServedNode, in folder: URL) throws {
        flag = folder.appending(path: "enough")
        let database = try SealedSQL(node.folder)
        try database.run(Self.script)
        holder = try database.hold(until: flag)
        try #require(try holder.firstLine() == "held")
    }

    func end() throws {
        try Data().write(to: flag)
        #expect(try holder.outcome(within: 20).exit == 0)
    }
}
