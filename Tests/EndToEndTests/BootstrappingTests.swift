import SyncWire
import Testing

@Suite("Bootstrapping (R-75)")
struct BootstrappingTests {
    @Test("A branch that has never pulled says so, and no more when it has")
    func neverPulled() throws {
        try Tiers.play(serving: ["--plain-http"]) { tiers in
            let line = try LossyLine(to: try #require(Int(tiers.hq.port)))
            defer { line.stop() }
            line.lose(.max, answersTo: "/v1/pull")
            let perth = try tiers.branch("perth", upstream: line.url)
            try perth.done(
                "user", "add", "--name", "li", "--display", "Li", "--role", "technician", "--role", "parts_keeper")
            let invited = try #require(try perth.done("device", "invite", "--user", "li")["code"].text)
            let caller = try WireCaller(to: perth, code: invited)
            #expect(try caller.pull(WirePullRequest()).bootstrapping)
            line.lose(0, answersTo: "/v1/pull")
            #expect(try eventually(within: 20) { try !caller.pull(WirePullRequest()).bootstrapping })
        }
    }
}
