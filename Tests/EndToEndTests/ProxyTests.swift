import Foundation
import Testing

@Suite("Proxies: a device and a branch reach their node through the one that the environment names")
struct ProxyTests {
    private static let name = "hq.proxy.test"

    @Test("Everything goes through a tunnel: enrolment, an exchange, a watch; without the proxy there is no way")
    func throughTunnels() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "px-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let proxy = try TunnelProxy()
        defer { proxy.stop() }
        let hq = ServedNode("hq", in: folder)
        defer { try? hq.kill() }
        try hq.done("init", "--role", "hq", "--org", "Acme", "--host", Self.name)
        try hq.serve()
        try hq.done("user", "add", "--name", "li", "--display", "Li", "--role", "technician", "--role", "parts_keeper")
        let code = try #require(try hq.done("device", "invite", "--user", "li")["code"].text)
        let li = try FieldDevice("li", in: folder)
        // The name is found nowhere: only the proxy knows a way.
        let url = "https://\(Self.name):\(hq.port)"
        func field(_ arguments: [String], _ environment: [String: String]) throws -> RunningProgram {
            var command = li.command(arguments + ["--json"])
            command.environment.merge(environment) { $1 }
            return try command.start()
        }
        let through = ["HTTPS_PROXY": proxy.url]
        let enrolled = try field(
            ["enroll", url, "--code", code, "--name", "li", "--key-file", li.keyFile], through
        ).outcome(within: 30)
        #expect(enrolled.exit == 0, "\(enrolled)")
        #expect(!proxy.tunnels.isEmpty && proxy.tunnels.allSatisfy { $0 == "\(Self.name):\(hq.port)" })
        let enrolment = proxy.tunnels.count
        #expect(try field(["sync"], ["https_proxy": proxy.url]).outcome(within: 30).exit == 0)
        #expect(proxy.tunnels.count == enrolment + 1, "one connection is enough for an exchange")
        #expect(try field(["sync"], [:]).outcome(within: 30).exit == 10)
        #expect(try field(["sync"], through.merging(["NO_PROXY": Self.name]) { $1 }).outcome(within: 30).exit == 10)
        #expect(proxy.tunnels.count == enrolment + 1)
        let watch = try field(["sync", "--watch"], through)
        defer { _ = try? watch.kill() }
        let isWaiting = try eventually(within: 20) {
            try OperatorCaller(hq.url).metrics()["fieldsync_waiting_pulls"] == 1
        }
        #expect(isWaiting)
        let account = try #require(try hq.done("new", "account", "name=Ironbark", "type=company")["id"].text)
        #expect(try eventually(within: 5) { try li.verb("get", account).exit == 0 })
    }

    @Test("A proxy that refuses is a network that is not there")
    func refusing() throws {
        let proxy = try ScriptedServer { _ in .close("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n") }
        defer { proxy.stop() }
        let device = try SharedTiers.device()
        var command = device.command(["sync", "--upstream", "https://hq.proxy.test:1", "--json"])
        command.environment["HTTPS_PROXY"] = proxy.url
        let outcome = try command.run()
        #expect(outcome.exit == 10)
        #expect(proxy.connectionCount >= 1)
    }
}
