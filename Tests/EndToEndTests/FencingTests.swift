import Foundation
import Testing

@Suite("Fencing: one process at a time writes a node's data, whatever became of locks, folders and processes")
struct FencingTests {
    /// A second folder through which the same files are reached, with no lock in it: what a lock that does not hold comes to.
    private func otherWay(to node: ServedNode, in world: URL) throws -> ServedNode {
        let other = ServedNode("\(node.name)-again", in: world)
        try FileManager.default.createDirectory(at: other.folder, withIntermediateDirectories: true)
        for name in try FileManager.default.contentsOfDirectory(atPath: node.folder.path)
        where !["lock", "control.sock"].contains(name) {
            try FileManager.default.createSymbolicLink(
                at: other.folder.appending(path: name), withDestinationURL: node.folder.appending(path: name))
        }
        return other
    }

    private func refusedToServe(_ node: ServedNode) throws -> Outcome {
        try node.command(["serve", "--listen", "127.0.0.1:0", "--json"]).run(within: 30)
    }

    private func log(_ node: ServedNode) throws -> String { try String(contentsOfFile: node.log, encoding: .utf8) }

    @Test(
        "A second serve exits 75 though the lock's file is gone, the folder has another name, or the first one is stopped"
    )
    func second() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            try FileManager.default.removeItem(at: hq.folder.appending(path: "lock"))
            #expect(try refusedToServe(hq).isRefused(75, "busy"))
            let named = ServedNode("named", in: tiers.folder)
            try FileManager.default.createSymbolicLink(at: named.folder, withDestinationURL: hq.folder)
            #expect(try refusedToServe(named).exit == 75)
            let process = try #require(hq.pid)
            kill(process, SIGSTOP)
            defer { kill(process, SIGCONT) }
            #expect(try refusedToServe(hq).exit == 75)
            let verb = try hq.verb("status")
            #expect(try verb.isRefused(75, "busy") && verb.error["message"].text?.contains("does not answer") == true)
            kill(process, SIGCONT)
            #expect(try hq.verb("status").exit == 0, "the first one was disturbed")
        }
    }

    @Test(
        "A server that slept while another took its data over stops at its next write, and nothing that was promised is lost"
    )
    func stale() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            let machine = try tiers.machine(at: hq, serial: "EX-1")
            let li = try tiers.device("li", at: hq)
            try li.done("set", machine, "notes+=before")
            try li.sync()
            let process = try #require(hq.release())
            process.signal(SIGSTOP)
            let other = try otherWay(to: hq, in: tiers.folder)
            try other.serve()
            defer { try? other.kill() }
            try other.done("set", machine, "notes+=of the new one")
            process.signal(SIGCONT)
            try li.done("set", machine, "notes+=while two are there")
            #expect(try li.verb("sync").exit != 0, "the stale server took it")
            #expect(try process.outcome(within: 20).exit == 75)
            #expect(try log(hq).contains("Another process has this node's data now."))
            try li.sync("--upstream", other.url)
            let notes = try other.done("get", machine)["fields"]["notes"].texts
            #expect(notes.sorted() == ["before", "of the new one", "while two are there"])
            #expect(try other.verb("verify").exit == 0)
        }
    }

    @Test(
        "A server whose folder was moved away and restored beside it stops at its next write; nobody writes into the old one"
    )
    func restoredBeside() throws {
        try Tiers.play { tiers in
            let (hq, backup) = (tiers.hq, tiers.folder.appending(path: "backup").path)
            let machine = try tiers.machine(at: hq, serial: "EX-1")
            let li = try tiers.device("li", at: hq)
            try hq.done("backup", backup)
            try li.done("set", machine, "notes+=after the backup")
            try li.sync()
            let process = try #require(hq.release())
            process.signal(SIGSTOP)
            try FileManager.default.moveItem(at: hq.folder, to: tiers.folder.appending(path: "hq.old"))
            try #require(try hq.command(["restore", backup]).run().exit == 0)
            process.signal(SIGCONT)
            try li.done("set", machine, "notes+=to the stale one")
            #expect(try li.verb("sync").exit != 0, "the stale server took it")
            #expect(try process.outcome(within: 20).exit == 75)
            #expect(try log(hq).contains("not where this process opened it"))
            try hq.serve()
            #expect(
                try eventually(within: 20) {
                    try li.sync()
                    return try hq.done("get", machine)["fields"]["notes"].texts.sorted()
                        == ["after the backup", "to the stale one"]
                }, "what the device was promised is lost")
        }
    }

    @Test("Nothing is restored into an emptied folder while a process still has what was there")
    func restoredOver() throws {
        try Tiers.play { tiers in
            let (hq, backup) = (tiers.hq, tiers.folder.appending(path: "backup").path)
            try hq.done("backup", backup)
            let process = try #require(hq.release())
            process.signal(SIGSTOP)
            for name in try FileManager.default.contentsOfDirectory(atPath: hq.folder.path) {
                try FileManager.default.removeItem(at: hq.folder.appending(path: name))
            }
            #expect(try hq.command(["restore", backup, "--json"]).run().isRefused(75, "busy"))
            try process.kill()
            #expect(try hq.command(["restore", backup]).run().exit == 0)
        }
    }

    @Test(
        "Files of a node that were put back are noticed when it starts, by what it noted beside them: a new epoch, an alarm"
    )
    func putBack() throws {
        try Tiers.play { tiers in
            let hq = tiers.hq
            try hq.done("new", "account", "name=Before")
            #expect(try hq.stop() == 0)
            let copies = try hq.files(beginningWith: "node.db")
            try hq.serve()
            try hq.done("new", "account", "name=After")
            let epoch = try hq.done("status")["epoch"]
            #expect(try hq.stop() == 0)
            for name in try hq.files(beginningWith: "node.db").keys {
                try FileManager.default.removeItem(at: hq.folder.appending(path: name))
            }
            for (name, content) in copies { try content.write(to: hq.folder.appending(path: name)) }
            try hq.serve()
            #expect(try log(hq).contains("this node was set back: its folder had run"))
            #expect(try hq.done("status")["epoch"] != epoch)
            #expect(try hq.done("attention")["held"][0]["kind"] == .text("set_back"))
            try hq.done("new", "account", "name=Goes on")
            let now = try hq.done("status")["epoch"]
            #expect(try hq.stop() == 0)
            try hq.serve()
            #expect(try hq.done("status")["epoch"] == now, "it is noticed again and again")
        }
    }

    @Test("Many commands at a time on one device's replica: each takes its turn, and their sets make one chain")
    func device() throws {
        try Tiers.play { tiers in
            let machine = try tiers.machine(at: tiers.hq, serial: "EX-1")
            let li = try tiers.device("li", at: tiers.hq)
            for _ in 0..<3 {
                let commands = try (0..<4).map { _ in
                    try li.command(["set", machine, "cycles+=1", "--json"]).start()
                }
                for command in commands { #expect(try command.outcome(within: 30).exit == 0) }
            }
            #expect(try li.sync()["sent"] == .number(12))
            #expect(try tiers.hq.done("get", machine)["fields"]["cycles"] == .number(12))
            #expect(try li.verb("verify").exit == 0)
        }
    }
}
