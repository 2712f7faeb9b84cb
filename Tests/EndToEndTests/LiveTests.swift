import Foundation
import Testing

@Suite("Live: what is written at a device is at others at once, and silence costs nothing")
struct LiveTests {
    private func notes(_ machine: String, on device: FieldDevice) throws -> [String] {
        try device.done("get", machine)["fields"]["notes"].texts
    }

    /// `sync --watch`, once it is in step.
    private func watch(_ device: FieldDevice, at node: ServedNode, _ arguments: [String] = []) throws -> RunningProgram
    {
        let before = try OperatorCaller(node.url).metrics()["fieldsync_waiting_pulls"] ?? 0
        let watch = try device.command(["sync", "--watch"] + arguments).start()
        let isWaiting = try eventually(within: 20) {
            try OperatorCaller(node.url).metrics()["fieldsync_waiting_pulls"] ?? 0 > before
        }
        try #require(isWaiting, "no pull waits at \(node.name)")
        return watch
    }

    @Test("A change at a device reaches a device of another branch through branch, HQ and branch within moments")
    func acrossBranches() throws {
        try Tiers.play { tiers in
            let (perth, guangzhou) = (try tiers.branch("perth"), try tiers.branch("guangzhou"))
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            let wang = try tiers.device("wang", at: guangzhou, role: "technician")
            try tiers.assign("wang", to: machine)
            let came = try eventually(within: 20) {
                try wang.sync()
                return try wang.verb("get", machine).exit == 0
            }
            try #require(came, "wang does not hear of the machine")
            let watches = [try watch(li, at: perth), try watch(wang, at: guangzhou)]
            defer { watches.forEach { _ = try? $0.kill() } }
            for number in 1...3 {
                try li.done("set", machine, "notes+=\(number)")
                // An interval anywhere on the way would show: nothing here waits for one.
                #expect(try eventually(within: 0.8) { try notes(machine, on: wang).count == number }, "note \(number)")
            }
            try wang.done("set", machine, "notes+=back")
            #expect(try eventually(within: 0.8) { try notes(machine, on: li).count == 4 })
            // The receipt of HQ comes by itself, too.
            #expect(try eventually(within: 5) { try wang.done("receipts")["hq"] == .number(1) })
        }
    }

    @Test("Two devices that watch, and a branch above them, fall silent when there is nothing to tell")
    func silence() throws {
        try Tiers.play(serving: ["--plain-http"]) { tiers in
            let up = try LossyLine(to: try #require(Int(tiers.hq.port)))
            defer { up.stop() }
            let perth = try tiers.branch("perth", upstream: up.url, serving: ["--plain-http"])
            let line = try LossyLine(to: try #require(Int(perth.port)))
            defer { line.stop() }
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let devices = [
                try tiers.device("li", at: perth, url: line.url), try tiers.device("wang", at: perth, url: line.url),
            ]
            let watches = try devices.map { try watch($0, at: perth) }
            defer { watches.forEach { _ = try? $0.kill() } }
            try devices[0].done("set", machine, "notes+=from here")
            #expect(try eventually(within: 5) { try notes(machine, on: devices[1]).count == 1 })
            #expect(try eventually(within: 5) { try devices[0].done("status")["at_hq"] == .number(1) })
            func requests() -> Int { line.requests.count + up.requests.count }
            var before = -1
            let isSilent = eventually(within: 10) {
                (before, _) = (requests(), elapse(milliseconds: 1_500))
                return requests() == before
            }
            #expect(isSilent, "\(line.requests.suffix(12)) \(up.requests.suffix(12))")
            // A change in one set costs a push, and a pull for everybody who waits; the branch's own comes back to it.
            #expect(before < 60, "\(line.requests) \(up.requests)")
        }
    }

    @Test("A watch tells once that the node is away and once that it is back, sends what was written, and ends with 0")
    func awayAndBack() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            let words = ["en": ("Offline: ", "Back online."), "zh": ("离线：", "已恢复连接。")]
            for (index, (language, (away, back))) in words.sorted(by: { $0.key < $1.key }).enumerated() {
                let watch = try watch(li, at: perth, ["--lang", language])
                try perth.kill()
                try li.done("set", machine, "notes+=\(language)")
                elapse(milliseconds: 700)
                try perth.serve()
                let came = try eventually(within: 20) {
                    try perth.done("get", machine)["fields"]["notes"].texts.count == index + 1
                }
                #expect(came)
                let isWaiting = try eventually(within: 10) {
                    try OperatorCaller(perth.url).metrics()["fieldsync_waiting_pulls"] == 1
                }
                #expect(isWaiting)
                watch.signal(index == 0 ? SIGTERM : SIGINT)
                let outcome = try watch.outcome(within: 3)
                #expect(outcome.exit == 0)
                #expect(outcome.complaint.components(separatedBy: away).count == 2, "\(outcome)")
                #expect(outcome.complaint.components(separatedBy: back).count == 2, "\(outcome)")
            }
        }
    }

    @Test("Beside a watch that waits, another sync has its turn at once, and what it brought is not brought again")
    func beside() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            let watch = try watch(li, at: perth)
            defer { _ = try? watch.kill() }
            for number in 1...5 {
                try li.done("set", machine, "notes+=\(number)")
                #expect(try li.sync()["pending"] == .number(0))
            }
            try perth.done("set", machine, "notes+=6")
            #expect(try eventually(within: 3) { try notes(machine, on: li).count == 6 })
            #expect(try notes(machine, on: li).count == Set(try notes(machine, on: li)).count)
        }
    }
}
