import Foundation
import SyncWire
import Testing

@Suite("Attachments between the tiers")
struct BlobTests {
    private static let filmBytes = 40_000_000

    @Test("40 MB interrupted ten times each way arrive at HQ and on another device, and a cut costs one part at most")
    func interrupted() throws {
        try Tiers.play(serving: ["--plain-http"]) { tiers in
            let up = try LossyLine(to: try #require(Int(tiers.hq.port)))
            let perth = try tiers.branch("perth", upstream: up.url, serving: ["--plain-http"])
            let line = try LossyLine(to: try #require(Int(perth.port)))
            defer { [up, line].forEach { $0.stop() } }
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth, url: line.url)
            let mei = try tiers.device("mei", at: perth, url: line.url)
            let film = try Self.film(tiers)
            let hash = try #require(try li.done("attach", machine, film.path)["sha256"].text)

            line.cut(10, everyBytes: 3_700_000)
            up.cut(10, everyBytes: 3_700_000)
            #expect(try li.sync()["attachments"]["sent"] == .number(1))
            #expect(line.cuts == 10)
            try Self.expectLittleSentTwice(line, since: 0)
            #expect(try eventually(within: 30) { try Self.isHere(hash, at: tiers.hq) })
            #expect(up.cuts == 10)
            try Self.expectLittleSentTwice(up, since: 0)
            #expect(
                try eventually(within: 20) {
                    try li.sync()
                    return try li.done("attachments")["items"][0]["state"] == .text("hq")
                })

            try mei.sync()
            let before = line.blobBytes
            line.cut(10, everyBytes: 3_700_000)
            let copy = tiers.folder.appending(path: "copy.mp4")
            try mei.done("attachments", "get", hash, "--out", copy.path)
            #expect(line.cuts == 20)
            try Self.expectLittleSentTwice(line, since: before)
            #expect(FileManager.default.contentsEqual(atPath: film.path, andPath: copy.path))
        }
    }

    @Test("A device that is killed during an upload, and a node, go on where they were")
    func killed() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth", serving: ["--plain-http"])
            let line = try LossyLine(to: try #require(Int(perth.port)))
            defer { line.stop() }
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth, url: line.url)
            let hash = try #require(try li.done("attach", machine, Self.film(tiers).path)["sha256"].text)
            let device = try li.command(["sync"]).start()
            #expect(eventually(within: 20) { line.blobBytes > 10_000_000 })
            line.hold(true)
            #expect(try device.kill().exit == -SIGKILL)
            line.hold(false)
            let second = try li.command(["sync"]).start()
            #expect(eventually(within: 20) { line.blobBytes > 20_000_000 })
            line.hold(true)
            try perth.kill()
            try perth.serve(["--plain-http"])
            line.hold(false)
            _ = try second.outcome(within: 30)
            #expect(try eventually(within: 20) { try li.sync()["attachments"]["pending"] == .number(0) })
            #expect(try Self.isHere(hash, at: perth))
            // Two parts that were on their way, and what the line itself had read of them.
            #expect(line.blobBytes < Self.filmBytes + 4 * Limits.blobChunkBytesMax)
            #expect(try perth.done("attachments")["items"][0]["sha256"] == .text(hash))
        }
    }

    @Test("A record that is written while an attachment is on its way goes before the next part of it")
    func recordsFirst() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth", serving: ["--plain-http"])
            let line = try LossyLine(to: try #require(Int(perth.port)))
            defer { line.stop() }
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth, url: line.url)
            let hash = try #require(try li.done("attach", machine, Self.film(tiers).path)["sha256"].text)
            line.hold(true)
            let sync = try li.command(["sync"]).start()
            #expect(eventually(within: 20) { line.requests.last == "HEAD /v1/blobs/\(hash)" })
            try li.done("new", "note", "subject=\(machine)", "text=urgent")
            let before = line.requests.count
            line.hold(false)
            #expect(try sync.outcome(within: 30).exit == 0)
            let after = line.requests.dropFirst(before)
            let push = try #require(after.firstIndex(of: "POST /v1/push"))
            let part = try #require(after.firstIndex(of: "PUT /v1/blobs/\(hash)"))
            #expect(push < part)
            #expect(try perth.done("list", "note")["items"][0]["fields"]["text"] == .text("urgent"))
        }
    }

    @Test("While a watching device's attachment is held up on the line, its records go on, both ways")
    func beside() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth", serving: ["--plain-http"])
            let line = try LossyLine(to: try #require(Int(perth.port)))
            defer { line.stop() }
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth, url: line.url)
            line.hold(true)
            let watch = try li.command(["sync", "--watch"]).start()
            defer { _ = try? watch.kill() }
            let hash = try #require(try li.done("attach", machine, Self.film(tiers).path)["sha256"].text)
            #expect(eventually(within: 20) { line.requests.contains("HEAD /v1/blobs/\(hash)") })
            try li.done("set", machine, "notes+=from here")
            #expect(try eventually(within: 10) { try Self.notes(machine) { try perth.done($0, $1) } == ["from here"] })
            try perth.done("set", machine, "notes+=from there")
            #expect(try eventually(within: 10) { try Self.notes(machine) { try li.done($0, $1) }.count == 2 })
            #expect(try !Self.isHere(hash, at: perth))
            line.hold(false)
            #expect(try eventually(within: 20) { try Self.isHere(hash, at: perth) })
        }
    }

    @Test("What belongs to open orders comes by itself, also from another branch; other things only when asked for")
    func policy() throws {
        try Tiers.play { tiers in
            let (perth, guangzhou) = (try tiers.branch("perth"), try tiers.branch("guangzhou"))
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: guangzhou)
            let user = try #require(try guangzhou.done("list", "user", "login=li")["items"][0]["id"].text)
            let files = try (1...2).map { number in
                let file = tiers.folder.appending(path: "\(number).pdf")
                try Data("plan \(number)".utf8).write(to: file)
                return file.path
            }
            let site = try #require(try perth.done("get", machine)["fields"]["site"].text)
            let other = try #require(try perth.done("new", "asset", "serial=EX-2", "site=\(site)")["number"].text)
            try perth.done("attach", machine, files[0])
            let second = try #require(try perth.done("attach", other, files[1])["id"].text)
            try perth.done("new", "work_order", "type=repair", "asset=\(machine)", "assignees+=\(user)")
            func here() throws -> Set<String> {
                let items = try li.done("attachments")["items"].items
                return Set(items.filter { $0["here"] == .flag(true) }.compactMap { $0["name"].text })
            }
            #expect(
                try eventually(within: 20) {
                    try li.sync()
                    return try here() == ["1.pdf"]
                })
            try li.done("attachments", "policy", "never")
            #expect(try li.verb("attachments", "get", second).isRefused(4, "constraint"))
            try li.done("attachments", "policy", "on_demand")
            #expect(try li.done("attachments", "get", second)["fetched"] == .flag(true))
            #expect(try here() == ["1.pdf", "2.pdf"])
            try guangzhou.stop()
            try perth.done("attach", other, files[0])
            #expect(try li.done("attachments", "get", second)["fetched"] == .flag(false))
            #expect(try li.done("attachments", "policy", "--quota", "6")["used_bytes"] == .number(6))
            #expect(try here() == ["2.pdf"])
            let first = try #require(try li.done("attachments")["items"].items.first { $0["name"] == .text("1.pdf") })
            #expect(try li.verb("attachments", "get", first["id"].text ?? "").isRefused(10, "offline"))
        }
    }

    /// Forty megabytes, no two parts alike.
    private static func film(_ tiers: Tiers) throws -> URL {
        var random = SeededRandom(seed: 40)
        let block = (0..<100_000).map { _ in UInt8.random(in: 0 ... .max, using: &random) }
        var film = Data(capacity: filmBytes)
        for number in 0..<filmBytes / (block.count + 8) + 1 {
            film.append(contentsOf: withUnsafeBytes(of: UInt64(number)) { Array($0) } + block)
        }
        let file = tiers.folder.appending(path: "film.mp4")
        try film.prefix(filmBytes).write(to: file)
        return file
    }

    /// Ten cuts, a part each, and the heads of the requests and answers.
    private static func expectLittleSentTwice(
        _ line: LossyLine, since: Int, _ here: SourceLocation = #_sourceLocation
    ) throws {
        let extra = line.blobBytes - since - filmBytes
        #expect(extra > 0 && extra < 10 * Limits.blobChunkBytesMax + 250_000, "\(extra)", sourceLocation: here)
    }

    private static func isHere(_ hash: String, at node: ServedNode) throws -> Bool {
        try node.done("attachments")["items"].items.contains {
            $0["sha256"] == .text(hash) && $0["here"] == .flag(true)
        }
    }

    private static func notes(_ machine: String, _ get: (String, String) throws -> JSON) throws -> [String] {
        try get("get", machine)["fields"]["notes"].texts
    }
}
