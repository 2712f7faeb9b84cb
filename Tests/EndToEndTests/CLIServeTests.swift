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
        _ = try world.person("wei")
        #expect(try world.node("user", "add", "--name", "wei", "--display", "W", "--role", "admin").exit == 4)
        #expect(try world.node("user", "add", "--name", "x", "--display", "X", "--role", "boss").exit == 2)
        let missing = world.folder.appending(path: "none").path
        let run = try world.node(
            "user", "add", "--name", "y", "--display", "Y", "--role", "admin", "--password-file", missing)
        #expect(run.exit == 3)
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
