import Foundation
import SyncClient
import SyncWire
import Testing

@Suite("Operators: the log tells what happened, and nothing that is secret or somebody's")
struct OperatorLogTests {
    @Test("A whole day at the finest level leaves no code, password, token, key or content in the log")
    func secrets() throws {
        try Tiers.play(serving: ["--log-level", "debug"]) { tiers in
            let (hq, perth) = (tiers.hq, try tiers.branch("perth", serving: ["--log-level", "debug"]))
            let password = tiers.folder.appending(path: "password")
            try Data("canary-password".utf8).write(to: password)
            try hq.done(
                "user", "add", "--name", "an", "--display", "An", "--role", "admin", "--password-file", password.path)
            try perth.done(
                "user", "add", "--name", "bo", "--display", "Bo", "--role", "technician", "--role", "parts_keeper")
            let code = try #require(try perth.done("device", "invite", "--user", "bo")["code"].text)
            let caller = try WireCaller(to: perth, code: code)
            let token = try caller.token()
            #expect(try caller.outcomes(of: [caller.run(text: "canary-note")]) == [.accepted])
            #expect(try caller.post("/v1/pull", [], token: token).status == 400)
            #expect(try caller.post("/v1/canary-path", [], token: "canary-token").status == 404)
            let li = try tiers.device("li", at: perth)
            let machine = try tiers.machine(at: perth, serial: "canary-serial")
            try li.sync()
            try li.done("set", machine, "notes+=canary-entry")
            try li.sync()
            #expect(try eventually(within: 20) { try hq.dump().contains("canary-entry") })
            let keys = try [hq, perth].map {
                try String(contentsOf: $0.folder.appending(path: "data.key"), encoding: .utf8)
            }
            let secrets = ["canary", token, String(token.prefix(40))] + keys.map { $0.filter { !$0.isNewline } }
            let codes = [code, code.filter { $0 != "-" }, String(code.suffix(12))]
            for node in [hq, perth] {
                let log = try String(contentsOfFile: node.log, encoding: .utf8)
                for secret in secrets + codes { #expect(!log.contains(secret), "\(node.name)'s log tells \(secret)") }
                #expect(log.contains("/v1/push"))
                try expectDocuments(log)
            }
        }
    }

    /// One object a line, each with its time and level.
    private func expectDocuments(_ log: String) throws {
        for line in log.split(separator: "\n") {
            let event = try JSON(Array(line.utf8))
            #expect(event["at"].text?.hasSuffix("Z") == true && event["level"].text != nil, "\(line)")
            #expect(event["message"].text?.isEmpty == false, "\(line)")
        }
    }

    @Test("A problem document names the request as the log does")
    func requestID() throws {
        try Tiers.play { tiers in
            let answer = try OperatorCaller(tiers.hq.url).get("/v1/nowhere")
            let id = try #require(answer.headers["x-request-id"])
            #expect(try JSON(answer.body)["instance"] == .text("urn:fieldsync:request:\(id)"))
            let log = tiers.hq.log
            #expect(try eventually(within: 5) { try String(contentsOfFile: log, encoding: .utf8).contains(id) })
        }
    }

    @Test("Lines are words for people where that is asked for, and only as fine as asked for")
    func text() throws {
        try Tiers.play(serving: ["--log-format", "text", "--log-level", "notice"]) { tiers in
            _ = try OperatorCaller(tiers.hq.url).get("/v1/nowhere")
            #expect(try tiers.hq.stop() == 0)
            let log = try String(contentsOfFile: tiers.hq.log, encoding: .utf8)
            #expect(log.contains("Z notice draining requests=0\n"))
            #expect(!log.contains(" info "))
        }
    }
}
