import Foundation
import Testing

@Suite("Slow lines: they get there, and an interruption costs a page")
struct SlowLineTests {
    private static let satellite = 23_000

    private static let isLong = ProcessInfo.processInfo.environment["FIELDSYNC_LONG"] != nil

    /// What comes down once, to whoever has nothing yet.
    private static func records(_ count: Int, at node: ServedNode, in folder: URL) throws {
        let map = #"""
            {"source":"slow","encoding":"utf-8","key":["n"],"zone":"Australia/Perth","currency":"AUD",
             "rows":[{"type":"account","as":"a","set":{"name":"name","tax_id":"tax","industry":"industry"}}]}
            """#
        var generator = SeededRandom(seed: 23)
        let rows = (0..<count).map {
            "\($0),Customer \($0) \(generator.next()),\(generator.next()),\(generator.next())"
        }
        let files = ["rows.csv": "n,name,tax,industry\n" + rows.joined(separator: "\n") + "\n", "map.json": map]
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        try node.done(
            "import", folder.appending(path: "rows.csv").path, "--map", folder.appending(path: "map.json").path)
    }

    @Test("At 23 kbit/s changes go up and come down again within a minute", arguments: [isLong ? 100 : 20])
    func changes(count: Int) throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth", serving: ["--plain-http"])
            let line = try SlowLine(to: try #require(Int(perth.port)), bitsPerSecond: Self.satellite)
            defer { line.stop() }
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let (li, wang) = (try tiers.device("li", at: perth), try tiers.device("wang", at: perth))
            for number in 1...count { try li.done("set", machine, "notes+=note \(number)") }
            let began = ContinuousClock.now
            for device in [li, wang] { try device.sync("--upstream", line.url) }
            let seconds = (ContinuousClock.now - began) / .seconds(1)
            #expect(seconds < 60, "\(seconds) s, \(line.bytesUp) bytes up, \(line.bytesDown) bytes down")
            #expect(try wang.done("get", machine)["fields"]["notes"].texts.count == count)
            if Self.isLong { print("\(count) changes: \(seconds) s, \(line.bytesUp) up, \(line.bytesDown) down") }
        }
    }

    @Test("A line that breaks in the middle of a pull costs one page at most")
    func interruption() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth", serving: ["--plain-http"])
            // Fast enough for a test, slow enough for pages to stay small.
            let line = try SlowLine(
                to: try #require(Int(perth.port)), bitsPerSecond: Self.isLong ? Self.satellite : 120_000)
            defer { line.stop() }
            let (li, wang) = (try tiers.device("li", at: perth), try tiers.device("wang", at: perth))
            try Self.records(1_200, at: perth, in: tiers.folder)
            let before = line.bytesDown
            try li.sync("--upstream", line.url)
            let whole = line.bytesDown - before
            line.cut(afterBytesDown: whole * 2 / 3)
            #expect(try wang.verb("sync", "--upstream", line.url).exit == 10)
            try wang.sync("--upstream", line.url)
            let both = line.bytesDown - before - whole
            #expect(line.cuts == 1)
            // What a page holds at the most, compressed, and a second session.
            let pageBytesMax = Self.isLong ? 20_000 : whole / 3
            #expect(both - whole <= pageBytesMax, "\(whole) bytes without, \(both) with an interruption")
            #expect(try Dumps.agree([li.dump(), wang.dump()]))
            if Self.isLong { print("\(whole) bytes without, \(both) with an interruption") }
        }
    }
}
