import Foundation
import Testing

@Suite("Returns: a device that was away for a year, and a node of another epoch, compare all that they hold")
struct ReturnTests {
    private static let isLong = ProcessInfo.processInfo.environment["FIELDSYNC_LONG"] != nil

    @Test(
        "Twenty differences among 20,000 records come in four round trips and little traffic",
        arguments: [
            ReturnWorld.Size(scopes: 1, records: 20_000, differing: 20),
            ReturnWorld.Size(scopes: 200, records: 20_000, differing: 20),
            ReturnWorld.Size(scopes: 2_000, records: 20_000, differing: 20),
        ])
    func small(size: ReturnWorld.Size) throws { try compare(size, bytesMax: 160_000) }

    @Test(
        "A thousand differences among a million records come in four round trips and a megabyte",
        .enabled(if: isLong),
        arguments: [
            ReturnWorld.Size(scopes: 2_000, records: 1_000_000, differing: 1_000),
            ReturnWorld.Size(scopes: 1, records: 1_000_000, differing: 1_000),
        ])
    func million(size: ReturnWorld.Size) throws { try compare(size, bytesMax: 1_000_000) }

    private func compare(_ size: ReturnWorld.Size, bytesMax: Int) throws {
        try Tiers.play { tiers in
            let world = try ReturnWorld(tiers, size)
            let caller = OperatorCaller(world.hq.url)
            let before = try caller.metrics()
            let node = try #require(world.hq.pid)
            let idle = (
                node: try #require(memory(of: node, "VmRSS")), device: try peak(of: world.device, ["status"]).peak
            )
            let (outcome, peak) = try peak(of: world.device, ["sync"])
            #expect([0, 12].contains(outcome.exit), "\(outcome)")
            #expect(try outcome.json["received"] == .number(size.differing))
            let after = try caller.metrics()
            let trips = requests(after) - requests(before)
            let up = after.sum(Self.up) - before.sum(Self.up)
            let down = after.sum(Self.down) - before.sum(Self.down)
            let grown = (node: try #require(memory(of: node, "VmHWM")) - idle.node, device: peak - idle.device)
            print("\(size): \(Int(trips)) round trips, \(Int(up)) bytes up, \(Int(down)) down, KiB over idle: \(grown)")
            #expect((1...4).contains(trips), "\(trips) round trips")
            #expect(up + down <= Double(bytesMax), "\(up) bytes up, \(down) down")
            #expect(grown.node <= 64 * 1_024 && grown.device <= 32 * 1_024, "\(grown) KiB")
            #expect(try world.device.sync()["received"] == .number(0))
        }
    }

    private static let up = "fieldsync_request_body_bytes_total"
    private static let down = "fieldsync_response_body_bytes_total"

    /// Those that compare and pull: opening a session and pushing come before whatever is held.
    private func requests(_ metrics: Metrics) -> Double {
        metrics.values.filter { name, _ in
            name.hasPrefix("fieldsync_requests_total") && (name.contains("reconcile") || name.contains("pull"))
        }.reduce(0) { $0 + $1.value }
    }

    /// A verb's outcome and the most memory that its process had, in KiB.
    private func peak(of device: FieldDevice, _ arguments: [String]) throws -> (outcome: Outcome, peak: Int) {
        let process = try device.command(arguments + ["--json"]).start()
        var peak = 0
        // What has ended has no memory any more.
        let hasEnded = eventually(within: 300) {
            guard let now = memory(of: process.pid, "VmHWM") else { return true }
            peak = max(peak, now)
            return false
        }
        #expect(hasEnded)
        return (try process.outcome(within: 20), peak)
    }

    /// KiB; nil when there is no such process.
    private func memory(of pid: pid_t, _ name: String) -> Int? {
        let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
    }
}
