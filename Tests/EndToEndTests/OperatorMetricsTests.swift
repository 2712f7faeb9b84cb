import Foundation
import SyncClient
import Testing

@Suite("Operators: metrics")
struct OperatorMetricsTests {
    @Test("A day's figures are right, in the form that Prometheus reads")
    func figures() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let li = try tiers.device("li", at: perth)
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            try li.sync()
            try li.done("set", machine, "notes+=one")
            try li.done("set", machine, "notes+=two")
            try li.sync()
            let operators = [tiers.hq, perth].map { OperatorCaller($0.url) }
            #expect(try eventually(within: 20) { try operators[1].metrics()["fieldsync_pending_up"] == 0 })
            let (hq, branch) = (try operators[0].metrics(), try operators[1].metrics())
            #expect(hq.histogramsAdd && branch.histogramsAdd)
            #expect(branch[#"fieldsync_change_sets_judged_total{outcome="applied"}"#] == 2)
            #expect(branch["fieldsync_change_sets_received_total"] == 2)
            #expect(branch[#"fieldsync_records{type="asset"}"#] == 1)
            #expect(branch[#"fieldsync_devices{state="active"}"#] == 1)
            #expect(branch["fieldsync_uplink_connected"] == 1)
            #expect(hq["fieldsync_uplink_connected"] == nil)
            #expect(hq[#"fieldsync_branch_pending{branch="perth"}"#] == 0)
            #expect(try #require(hq[#"fieldsync_branch_lag_seconds{branch="perth"}"#]) < 60)
            #expect(branch.sum("fieldsync_request_body_bytes_total") > 0)
            #expect(branch.sum("fieldsync_fsyncs_total") > 3)
            #expect(branch.sum("fieldsync_requests_total") > 5)
            #expect(branch.sum("fieldsync_sessions") >= 1)
            try expectCounts(perth, branch)
        }
    }

    /// What was counted as it was written is what there is.
    private func expectCounts(_ node: ServedNode, _ metrics: Metrics) throws {
        #expect(metrics.sum("fieldsync_records") == Double(try node.done("verify")["records"].number ?? -1))
        let sets = try node.done("verify")["change_sets"].number
        #expect(metrics["fieldsync_change_sets"] == sets.map(Double.init))
    }

    @Test("They are for this machine, not through a proxy, or for who has the token")
    func access() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            try Data("scrape-me\n".utf8).write(to: hq.folder.appending(path: "metrics.token"))
            #expect(try hq.stop() == 0)
            try hq.serve()
            let node = OperatorCaller(hq.url)
            let proxy = ("X-Forwarded-For", "192.0.2.1")
            #expect(try node.get("/metrics").status == 200)
            #expect(try node.get("/metrics", headers: [proxy]).status == 401)
            #expect(try node.get("/metrics", headers: [proxy, ("Authorization", "Bearer scrape-me")]).status == 200)
            #expect(try node.get("/metrics", headers: [("Authorization", "Bearer scrape-m")]).status == 401)
        }
    }

    @Test("The dashboard shows what nodes export and nothing else, alerts ask for nothing else, and each is explained")
    func deployed() throws {
        let nodes = [try SharedTiers.perth, try SharedTiers.tiers.get().hq]
        let exported = try nodes.reduce(into: Set<String>()) {
            $0.formUnion(try OperatorCaller($1.url).metrics().names)
        }
        #expect(try Self.metrics(in: "deploy/grafana/fieldsync.json") == exported)
        let rules = try Self.text("deploy/prometheus/fieldsync.rules.yml")
        #expect(try Self.metrics(in: "deploy/prometheus/fieldsync.rules.yml").subtracting(exported) == [])
        let manual = try Self.text("docs/operations.md")
        let alerts = rules.matches(of: /alert: (\w+)/).map { String($0.1) }
        #expect(alerts.count > 5)
        for alert in alerts { #expect(manual.contains("| `\(alert)` |"), "\(alert) is not explained") }
    }

    private static func text(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// The metrics that a file names, without the suffixes of a histogram's series.
    private static func metrics(in path: String) throws -> Set<String> {
        Set(
            try text(path).matches(of: /fieldsync_[a-z_]+/).map { match in
                String(match.0).replacing(/_(bucket|sum|count)$/, with: "")
            })
    }
}
