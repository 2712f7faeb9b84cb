import Foundation
import Testing

@Suite("fieldsyncd serves, and lets its server run the verbs")
struct CLIServeTests {
    private let world: CLIWorld

    init() throws {
        world = try CLIWorld()
        try world.serve()
    }

    @Test("serve says where it listens in one line, and SIGTERM ends it with 0")
    func serves() throws {
        #expect(try world.served() == "listening on \(world.url)\n")
        #expect(world.url.hasPrefix("https://127.0.0.1:"))
        #expect(try world.endServer() == 0)
        #expect(try world.served().split(separator: "\n").count == 1)
    }

    @Test("a second serve on the same folder exits 75")
    func servesOnce() throws { #expect(try world.node(["serve", "--listen", "127.0.0.1:0"]).exit == 75) }

    @Test("a verb is answered by the server as it would be without one")
    func relays() throws {
        let made = try world.node("new", "account", "name=Ironbark")
        #expect(made.exit == 0)
        let status = try world.node("status")
        #expect(status.text("url") == world.url)
        let refused = try world.node("new", "account", "status=active")
        #expect(refused.exit == 4)
        #expect(refused.error["code"] as? String == "derived")
        #expect(try world.endServer() == 0)
        #expect(try world.node("get", made.text("number")).text("id") == made.text("id"))
    }

    @Test("a login is one person's, and a password comes from a file beside the caller")
    func users() throws {
        func add(_ login: String, role: String = "admin", password: String? = nil) throws -> CLIRun {
            let file = password.map { ["--password-file", $0] } ?? []
            return try world.node(
                ["user", "add", "--name", login, "--display", login, "--role", role, "--json"] + file)
        }
        #expect(try add("wei").exit == 0)
        #expect(try add("wei").error["code"] as? String == "exists")
        #expect(try add("li", role: "boss").exit == 2)
        #expect(try add("li", password: "none").exit == 3)
        try Data("secret\n".utf8).write(to: world.folder.appending(path: "password"))
        #expect(try add("li", password: "password").exit == 0)
    }

    @Test("serve waits for a verb that is at work")
    func waits() throws {
        #expect(try world.endServer() == 0)
        let lock = open(world.folder.path + "/hq/lock", O_RDWR)
        try #require(flock(lock, LOCK_EX) == 0)
        let released = Thread {
            elapse(milliseconds: 300)
            close(lock)
        }
        released.start()
        try world.serve()
        #expect(try world.node("status").text("url") == world.url)
    }

    @Test("a folder with a long path is served, though a socket's path may have 107 bytes only")
    func longPath() throws {
        let deep = world.folder.appending(path: String(repeating: "d", count: 120)).path
        let made = try CLIProgram.run(
            "fieldsyncd", ["init", "--role", "hq", "--org", "O", "--data", deep], in: world.folder)
        #expect(made.exit == 0)
        try world.serve(deep)
        let run = try CLIProgram.run("fieldsyncd", ["status", "--json", "--data", deep], in: world.folder)
        #expect(run.text("url") == world.url)
    }

    @Test("without TLS only loopback is served")
    func plain() throws {
        let other = world.folder.path + "/other"
        _ = try CLIProgram.run(
            "fieldsyncd", ["init", "--role", "hq", "--org", "O", "--data", other], in: world.folder)
        let run = try CLIProgram.run(
            "fieldsyncd", ["serve", "--data", other, "--listen", "0.0.0.0:0", "--plain-http"], in: world.folder)
        #expect(run.exit == 2)
    }
}
