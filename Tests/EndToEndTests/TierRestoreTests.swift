import Foundation
import Testing

@Suite("Tiers: copies and old images of a replica are found out, and nobody's work is lost")
struct TierRestoreTests {
    /// Two tablets with one device's files, which both go on and exchange with their branches.
    private struct Clones {
        let machine: String
        let nodes: [ServedNode]
        let devices: [FieldDevice]
        let replicaBefore: JSON

        init(_ tiers: Tiers, _ first: ServedNode, _ second: ServedNode) throws {
            nodes = [tiers.hq, first, second]
            machine = try tiers.machine(at: first, serial: "EX-1")
            let li = try tiers.device("li", at: first)
            try li.done("set", machine, "notes+=before", "cycles+=1")
            try li.sync()
            if second !== first { try tiers.share(machine, with: second) }
            devices = [li, try li.imaged(as: "clone")]
            replicaBefore = try li.done("status")["replica"]
            for round in 1...2 {
                for (device, node) in zip(devices, [first, second]) {
                    try device.done("set", machine, "notes+=\(device.name) \(round)", "cycles+=1")
                    try device.sync("--upstream", node.url)
                }
            }
        }

        func isAllAtHQ() throws -> Bool {
            for device in devices { try device.sync() }
            let fields = try nodes[0].done("get", machine)["fields"]
            let notes = ["before", "clone 1", "clone 2", "li 1", "li 2"]
            return fields["notes"].texts.sorted() == notes && fields["cycles"] == .number(5)
        }

        func expectApartAndSound() throws {
            let ids = try devices.map { try $0.done("status")["replica"] }
            #expect(ids[0] != ids[1] && ids.contains { $0 != replicaBefore })
            for device in devices { #expect(try device.verb("verify").exit == 0, "\(device.name)") }
            for node in nodes { #expect(try node.verb("verify").exit == 0, "\(node.name)") }
        }
    }

    @Test("Two clones of a device at one branch: the second takes another id, and both sides' edits survive")
    func clonesAtOneBranch() throws {
        try Tiers.play { tiers in
            let perth = try tiers.branch("perth")
            let clones = try Clones(tiers, perth, perth)
            #expect(try eventually(within: 20) { try clones.isAllAtHQ() })
            #expect(try eventually(within: 20) { try Tiers.agree(clones.nodes, clones.devices) })
            try clones.expectApartAndSound()
        }
    }

    @Test("Two clones of a device at two branches: found out at the latest at home, and all of their work is at HQ")
    func clonesAtTwoBranches() throws {
        try Tiers.play { tiers in
            let clones = try Clones(tiers, try tiers.branch("perth"), try tiers.branch("guangzhou"))
            #expect(try eventually(within: 20) { try clones.isAllAtHQ() })
            try clones.expectApartAndSound()
            #expect(try eventually(within: 20) { try Tiers.agree(clones.nodes, clones.devices) })
            for branch in clones.nodes.dropFirst() {
                #expect(try branch.done("status")["pending_up"] == .number(0), "\(branch.name)")
            }
        }
    }

    @Test("HQ set back to an old copy: it notices at the first exchange, and branches bring back what it lost")
    func hqRolledBack() throws {
        try Tiers.play { tiers in
            let (hq, perth) = (tiers.hq, try tiers.branch("perth"))
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            try li.done("set", machine, "notes+=before", "cycles+=1")
            try #require(try eventually(within: 10) { try Tiers.agree([hq, perth], [li]) })
            let files = try setAside(hq, tiers)
            try li.done("set", machine, "notes+=after", "cycles+=1")
            try perth.done("set", machine, "firmware=9.9", "notes+=of the branch")
            try hq.done("set", machine, "tags+=of HQ itself")
            try waitForTag("of HQ itself", of: machine, at: perth)
            try #require(try eventually(within: 10) { try isAtHQ(2, li) })
            let epoch = try hq.done("status")["epoch"]
            try setBack(hq, files)
            #expect(try eventually(within: 30) { try Tiers.agree([hq, perth], [li]) }, "HQ does not get it back")
            #expect(try hq.done("status")["epoch"] != epoch)
            let held = try hq.done("attention")["held"]
            #expect(held.items.count == 1 && held[0]["kind"] == .text("set_back") && held[0]["replica"] == .null)
            for (language, words) in [("en", "This node was set back"), ("zh", "本节点退回到了较早的状态")] {
                #expect(try hq.command(["attention", "--lang", language]).run().text.contains(words))
            }
            #expect(try hq.verb("dismiss", "setback").exit == 0 && hq.verb("dismiss", "setback").exit == 3)
            #expect(try hq.done("attention")["held"].items.isEmpty)
            try expect(["after", "before", "of the branch"], cycles: 2, of: machine, at: hq)
            #expect(try hq.done("get", machine)["fields"]["firmware"] == .text("9.9"))
            #expect(try hq.done("get", machine)["fields"]["tags"].texts == ["of HQ itself"], "no branch witnessed it")
            #expect(try eventually(within: 10) { try isAtHQ(2, li) }, "the device is not told")
            for node in [hq, perth] { #expect(try node.verb("verify").exit == 0, "\(node.name)") }
            #expect(try li.verb("verify").exit == 0)
        }
    }

    @Test("A branch set back to an old copy gets its devices' work again")
    func branchRolledBack() throws {
        try Tiers.play { tiers in
            let (hq, perth) = (tiers.hq, try tiers.branch("perth"))
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            let files = try setAside(perth, tiers)
            try hq.kill()
            try li.done("set", machine, "notes+=only here", "cycles+=1")
            try li.sync()
            let epoch = try perth.done("status")["epoch"]
            try setBack(perth, files)
            try hq.serve()
            #expect(try eventually(within: 30) { try Tiers.agree([hq, perth], [li]) }, "it does not get it back")
            #expect(try perth.done("status")["epoch"] != epoch)
            try expect(["only here"], cycles: 1, of: machine, at: hq)
        }
    }

    @Test("A branch set back while HQ was away: what only its devices know of it comes back once HQ is there again")
    func branchRolledBackAlone() throws {
        try Tiers.play { tiers in
            let (hq, perth) = (tiers.hq, try tiers.branch("perth"))
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            try #require(try eventually(within: 10) { try Tiers.agree([hq, perth], [li]) })
            let files = try setAside(perth, tiers)
            try hq.kill()
            try perth.done("set", machine, "notes+=of the branch", "cycles+=1")
            try li.sync()
            try setBack(perth, files)
            try li.done("set", machine, "notes+=of the device", "cycles+=1")
            try li.sync()
            #expect(try perth.done("get", machine)["fields"]["notes"].texts == ["of the device"])
            try hq.serve()
            #expect(try eventually(within: 30) { try Tiers.agree([hq, perth], [li]) }, "it does not get it back")
            try expect(["of the branch", "of the device"], cycles: 2, of: machine, at: hq)
            #expect(try String(contentsOfFile: perth.log, encoding: .utf8).contains("this node was set back"))
            for node in [hq, perth] { #expect(try node.verb("verify").exit == 0, "\(node.name)") }
        }
    }

    @Test("A device's files copied back by hand: found at the first exchange, and nothing of before or after is lost")
    func deviceFilesCopiedBack() throws {
        try Tiers.play { tiers in
            let (hq, perth) = (tiers.hq, try tiers.branch("perth"))
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            let replica = try li.done("status")["replica"]
            try li.done("set", machine, "notes+=in the copy", "cycles+=1")
            let copy = try li.imaged(as: "copy")
            try li.sync()
            try li.done("set", machine, "notes+=after the copy", "cycles+=1")
            try li.sync()
            try li.setBack(to: copy)
            try li.done("set", machine, "notes+=after it was copied back", "cycles+=1")
            try li.sync()
            #expect(try li.done("status")["replica"] != replica)
            #expect(try eventually(within: 20) { try Tiers.agree([hq, perth], [li]) })
            try expect(["after it was copied back", "after the copy", "in the copy"], cycles: 3, of: machine, at: hq)
        }
    }

    @Test("A branch whose disk is gone for good: its devices go to another node, and nothing that they had is missing")
    func branchLost() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            let perth = try tiers.branch("perth")
            let guangzhou = try tiers.branch("guangzhou")
            let machine = try tiers.machine(at: perth, serial: "EX-1")
            let li = try tiers.device("li", at: perth)
            // The other node works there too, and has an order that names Li.
            try tiers.share(machine, with: guangzhou)
            try tiers.assign("li", to: machine)
            try #require(try eventually(within: 10) { try Tiers.agree([hq, perth, guangzhou], [li]) })
            try hq.kill()
            try perth.done("set", machine, "notes+=of the lost branch", "cycles+=1")
            try li.done("set", machine, "notes+=of the device", "cycles+=1")
            try li.sync()
            try perth.kill()
            try FileManager.default.removeItem(at: perth.folder)
            try li.done("set", machine, "notes+=afterwards", "cycles+=1")
            try hq.serve()
            try li.sync("--upstream", guangzhou.url)
            try waitForCycles(3, of: machine, at: hq)
            try expect(["afterwards", "of the device", "of the lost branch"], cycles: 3, of: machine, at: hq)
            for node in [hq, guangzhou] { #expect(try node.verb("verify").exit == 0, "\(node.name)") }
        }
    }

    /// Whether the device knows, after an exchange, that so many of its sets are at HQ.
    private func isAtHQ(_ count: Int, _ device: FieldDevice) throws -> Bool {
        try device.sync()
        return try device.done("receipts")["hq"] == .number(count)
    }

    private func waitForTag(_ tag: String, of machine: String, at node: ServedNode) throws {
        let came = try eventually(within: 10) {
            try node.done("get", machine)["fields"]["tags"].texts == [tag]
        }
        try #require(came, "\(node.name) does not get it")
    }

    private func waitForCycles(_ cycles: Int, of machine: String, at node: ServedNode) throws {
        let came = try eventually(within: 20) {
            try node.done("get", machine)["fields"]["cycles"] == .number(cycles)
        }
        try #require(came, "\(node.name) does not get what only the device still holds")
    }

    private func expect(_ notes: [String], cycles: Int, of machine: String, at node: ServedNode) throws {
        let fields = try node.done("get", machine)["fields"]
        #expect(fields["notes"].texts.sorted() == notes)
        #expect(fields["cycles"] == .number(cycles))
    }

    /// A copy of a node's files, made while it rests.
    private func setAside(_ node: ServedNode, _ tiers: Tiers) throws -> URL {
        #expect(try node.stop() == 0)
        let copy = tiers.folder.appending(path: "\(node.name).old")
        try FileManager.default.copyItem(at: node.folder, to: copy)
        try node.serve()
        return copy
    }

    private func setBack(_ node: ServedNode, _ copy: URL) throws {
        try node.kill()
        try FileManager.default.removeItem(at: node.folder)
        try FileManager.default.copyItem(at: copy, to: node.folder)
        try node.serve()
    }
}
