import Foundation
import Testing

@Suite("Administrators: the first comes with HQ, the last one stays")
struct AdministratorTests {
    @Test("The last administrator is neither switched off nor demoted nor deleted, before there is another one")
    func last() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            let admin = try #require(try hq.done("list", "user", "login=admin")["items"][0]["id"].text)
            for write in [["set", admin, "active=false"], ["set", admin, "roles-=admin"], ["delete", admin]] {
                let refused = try hq.command(write + ["--json"]).run()
                #expect(
                    try refused.exit == 4 && refused.error["code"] == .text("field_forbidden"), "\(write): \(refused)")
                #expect(refused.complaint.contains("last administrator"))
            }
            #expect(try hq.command(["delete", admin, "--lang", "zh"]).run().complaint.contains("最后一名管理员"))
            try hq.done("set", admin, "roles+=auditor")
            try hq.done("set", admin, "roles-=auditor")
            let an = try tiers.device("an", at: hq, role: "admin")
            try hq.done("set", admin, "active=false")
            // Now his own device is the last one's: HQ refuses what it would do to him.
            let own = try #require(try hq.done("list", "user", "login=an")["items"][0]["id"].text)
            try an.sync()
            try an.done("set", own, "active=false")
            #expect(try an.sync()["rejected"] == .number(1))
            #expect(try hq.done("get", own)["fields"]["active"] == .flag(true))
            #expect(try an.done("rejected")["items"][0]["message"].text?.contains("last administrator") == true)
        }
    }

    @Test("Whoever operates the machine gives a person a new password, and the audit tells of it")
    func password() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            let made = try hq.done("user", "password", "admin")
            #expect(made["password"].text?.count == 23 && made["login"] == .text("admin"))
            let file = tiers.folder.appending(path: "password")
            try Data("\n".utf8).write(to: file)
            #expect(try hq.verb("user", "password", "admin", "--password-file", file.path).exit == 2)
            try Data("long enough\n".utf8).write(to: file)
            #expect(try hq.done("user", "password", "admin", "--password-file", file.path)["password"] == .null)
            #expect(try hq.verb("user", "password", "nobody").exit == 3)
            let kinds = try hq.done("audit", "show", "--limit", "1000")["items"].items.map { $0["kind"] }
            // One with init, and two.
            #expect(kinds.count { $0 == .text("password_set") } == 3)
        }
    }
}
