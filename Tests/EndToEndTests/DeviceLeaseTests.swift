import FieldModel
import Foundation
import SyncCore
import SyncStore
import SyncWire
import Testing

@Suite("A device that was long without contact locks, and comes back with all its work")
struct DeviceLeaseTests {
    private static let day: Int64 = 86_400_000

    /// Lets a device believe that it was in touch so many days ago.
    private func age(_ device: FieldDevice, days: Int64) throws {
        let at = Int64(Date().timeIntervalSince1970 * 1000) - days * Self.day
        try device.sql("UPDATE meta SET value = CAST('\(at)' AS BLOB) WHERE key = 'lease_contact'")
    }

    @Test("It warns, then shows nothing and still takes work; sync unlocks it and brings the work in")
    func locks() throws {
        try Tiers.play { tiers in
            let machine = try tiers.machine(at: tiers.hq, serial: "EX-1")
            let li = try tiers.device("li", at: tiers.hq)
            #expect(try li.done("status")["locked"] == .flag(false))
            try age(li, days: 80)
            for verb in ["status", "today"] {
                for (language, words) in [("en", "locks in 9 days"), ("zh", "9 天后")] {
                    #expect(try li.command([verb, "--lang", language]).run().text.contains(words), "\(verb)")
                }
            }
            try age(li, days: 91)
            for words in [
                ["get", machine], ["list", "asset"], ["today"], ["search", "EX"], ["history", machine],
                ["dump", "--canonical"],
            ] {
                let run = try li.command(words + ["--json"]).run()
                #expect(try run.isRefused(11, "lease_expired"), "\(words): \(run)")
            }
            try li.done("set", machine, "notes+=far out")
            let site = try #require(try tiers.hq.done("list", "site")["items"][0]["id"].text)
            try li.done("asset", "install", "--serial", "EX-2", "--site", site)
            let status = try li.done("status")
            #expect(status["locked"] == .flag(true) && status["pending"] == .number(2))
            #expect(try li.verb("bundle", "export", tiers.folder.appending(path: "out.bundle").path).exit == 0)
            #expect(try li.sync()["sent"] == .number(2))
            #expect(try li.done("get", machine)["fields"]["notes"].texts == ["far out"])
            #expect(try tiers.hq.done("get", machine)["fields"]["notes"].texts == ["far out"])
        }
    }

    @Test("The office's answer by file unlocks it too; what the branch sends up does not")
    func byFile() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let li = try tiers.device("li", at: perth)
            try age(li, days: 100)
            let files = ["out", "back", "all"].map { tiers.folder.appending(path: "\($0).bundle").path }
            try li.done("bundle", "export", files[0])
            try perth.done("bundle", "export", files[2])
            _ = try li.verb("bundle", "import", files[2])
            #expect(try li.verb("today").exit == 11)
            try perth.done("bundle", "import", files[0], "--answer", files[1])
            _ = try li.verb("bundle", "import", files[1])
            #expect(try li.verb("today").exit == 0)
        }
    }

    @Test("HQ's record says for how many days, to every device at its next session")
    func organisationWide() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let li = try tiers.device("li", at: perth)
            let hq = try #require(
                try tiers.hq.done("list", "branch")["items"].items.first { $0["fields"]["name"] == .text("Acme") })
            let id = try #require(hq["id"].text)
            #expect(try tiers.hq.verb("set", id, "lease_days=0").exit == 2)
            try tiers.hq.done("set", id, "lease_days=5")
            #expect(try eventually(within: 20) { try perth.done("get", id)["fields"]["lease_days"] == .number(5) })
            try li.sync()
            try age(li, days: 6)
            #expect(try li.verb("today").isRefused(11, "lease_expired"))
            let listed = try perth.done("device", "list")["items"][0]
            #expect(listed["lease_until"].text != nil && listed["pending"] == .null)
        }
    }

    @Test("After a year, its certificate expired too, a device renews it first and a year's work is taken")
    func renewal() throws {
        try Tiers.play { tiers in
            let machine = try tiers.machine(at: tiers.hq, serial: "EX-1")
            let li = try tiers.device("li", at: tiers.hq)
            try expire(li, at: tiers.hq)
            try age(li, days: 366)
            let weeks = (1...52).map { "week \($0)" }
            for week in weeks { try li.done("set", machine, "notes+=\(week)") }
            #expect(try li.sync()["sent"] == .number(52))
            #expect(try tiers.hq.done("get", machine)["fields"]["notes"].texts == weeks)
            #expect(try li.done("today")["pending"] == .number(0))
            #expect(try tiers.hq.done("device", "list")["items"][0]["code"] == .text("A2"))
            // Revoked meanwhile, it would not have been.
            try expire(li, at: tiers.hq)
            let id = try #require(try tiers.hq.done("device", "list")["items"][0]["id"].text)
            try tiers.hq.done("device", "revoke", id)
            #expect(try li.verb("sync").isRefused(17, "revoked"))
        }
    }

    /// Gives a device a certificate that its node signed and that expired a year ago.
    private func expire(_ device: FieldDevice, at node: ServedNode) throws {
        let words = try String(contentsOf: node.folder.appending(path: "node.key"), encoding: .utf8)
        let keys = try SealedSQL.keys(of: node.folder)
        let key = try #require(SigningKey(SealedSecret(text: words, .node), under: keys))
        let environment = StoreEnvironment(
            wallMilliseconds: { Int64(Date().timeIntervalSince1970 * 1000) }, randomWord: { .random(in: 1 ... .max) })
        let store = try Store(
            path: device.folder.appending(path: "replica.db").path, role: .device, environment: environment,
            creating: false, keys: SealedSQL.keys(of: device.folder))
        try store.write { access in
            let chain = try KeptChain.chain(#require(try access.meta("device_chain")))
            let root = try #require(try access.meta("device_root").flatMap(PublicKey.init(bytes:)))
            let own = try CertificateChain.verify(chain, root: Roots(root), expiry: .ignored)
            let old = Identity(
                kind: .device, key: own.key, subject: own.subject, user: own.user, branch: own.branch, name: own.name,
                code: own.code, issuedAt: 1, expiresAt: environment.wallMilliseconds() - 365 * Self.day)
            let signed = Certificate.issue(old, by: key)
            try access.setMeta("device_chain", KeptChain.bytes([signed] + chain.dropFirst()))
        }
        try store.close()
    }
}
