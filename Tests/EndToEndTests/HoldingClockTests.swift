import Foundation
import Testing

@Suite("Who holds what changes by time alone, at a node that is told nothing more")
struct HoldingClockTests {
    @Test("One grant begins at its time and another ends; of both the node heard while it slept")
    func grants() throws {
        try Tiers.play { tiers in
            let machines = try ["EX-1", "EX-2"].map { try tiers.machine(at: tiers.hq, serial: $0) }
            let sites = try machines.map { try #require(try tiers.hq.done("get", $0)["fields"]["site"].text) }
            let li = try tiers.device("li", at: tiers.hq, role: "technician")
            let user = try #require(try tiers.hq.done("list", "user", "login=li")["items"][0]["id"].text)
            let soon = ISO8601DateFormatter().string(from: Date(timeIntervalSinceNow: 5))
            try tiers.hq.done(
                "grant", "add", "--to", user, "--site", sites[0], "--from", soon, "--until", "2999-01-01T00:00:00Z")
            try tiers.hq.done("grant", "add", "--to", user, "--site", sites[1], "--until", soon)
            try li.sync()
            #expect(try machines.map { try li.verb("get", $0).exit } == [3, 0])
            let haveChanged = try eventually(within: 30) {
                try li.sync()
                return try machines.map { try li.verb("get", $0).exit } == [0, 3]
            }
            #expect(haveChanged)
        }
    }
}
