import Foundation
import Testing

/// A headquarters in a temporary folder, served or not, and devices of its people.
final class CLIWorld {
    let folder: URL
    private var servers: [Process] = []
    private(set) var url = ""

    /// Makes HQ; nobody serves it yet.
    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "fieldsync-cli-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let made = try CLIProgram.run(
            "fieldsyncd", ["init", "--role", "hq", "--org", "Southern Excavators", "--json", "--data", hq], in: folder)
        try #require(made.exit == 0, "\(made.err)")
    }

    deinit {
        for server in servers where server.isRunning { kill(server.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: folder)
    }

    private var hq: String { folder.appending(path: "hq").path }

    /// A verb of `fieldsyncd` at HQ, with `--json`.
    @discardableResult
    func node(_ arguments: String...) throws -> CLIRun { try node(arguments + ["--json"]) }

    func node(_ arguments: [String]) throws -> CLIRun {
        try CLIProgram.run("fieldsyncd", arguments + ["--data", hq], in: folder)
    }

    /// A verb of `field` on a device, with `--json`.
    @discardableResult
    func field(_ device: String, _ arguments: String...) throws -> CLIRun { try field(device, arguments + ["--json"]) }

    func field(_ device: String, _ arguments: [String], _ environment: [String: String] = [:]) throws -> CLIRun {
        let home = ["FIELD_HOME": folder.appending(path: device).path]
        return try CLIProgram.run("field", arguments, home.merging(environment) { $1 }, in: folder)
    }

    /// - Parameter data: the folder of another node than HQ.
    func serve(_ data: String? = nil) throws {
        let out = folder.appending(path: "hq.out")
        try Data().write(to: out)
        let process = CLIProgram.process("fieldsyncd", ["serve", "--data", data ?? hq, "--listen", "127.0.0.1:0"])
        process.standardOutput = try FileHandle(forWritingTo: out)
        process.standardError = FileHandle.nullDevice
        try process.run()
        servers.append(process)
        let listens = try eventually(within: 20) { try served(out).hasSuffix("\n") }
        try #require(listens, "the server says where it listens")
        url = String(try served(out).dropFirst("listening on ".count).dropLast())
    }

    /// Everything that `serve` wrote to its standard output.
    func served(_ out: URL? = nil) throws -> String {
        try String(contentsOf: out ?? folder.appending(path: "hq.out"), encoding: .utf8)
    }

    /// - Returns: the exit code.
    func endServer() throws -> Int32 {
        let server = try #require(servers.last)
        kill(server.processIdentifier, SIGTERM)
        server.waitUntilExit()
        return server.terminationStatus
    }

    /// A technician of HQ.
    /// - Returns: the id.
    func person(_ login: String, role: String = "technician") throws -> String {
        let added = try node("user", "add", "--name", login, "--display", login, "--role", role)
        try #require(added.exit == 0, "\(added.err)")
        return added.text("id")
    }

    /// Enrols a device, locked by a key file.
    func enrol(_ device: String, of login: String) throws {
        let key = folder.appending(path: "\(device).key")
        try Data((0..<32).map { UInt8($0) }).write(to: key)
        let code = try node("device", "invite", "--user", login, "--name", device).text("code")
        let done = try field(device, "enroll", url, "--code", code, "--name", device, "--key-file", key.path)
        try #require(done.exit == 0, "\(done.err)")
    }

    /// A site with a machine, and an order for a person.
    func order(for person: String) throws -> (order: String, asset: String) {
        let site = try node("new", "site", "name=North pit").text("id")
        let asset = try node("new", "asset", "serial=EX-4711", "site=\(site)").text("id")
        let order = try node(
            "new", "work_order", "type=repair", "site=\(site)", "asset=\(asset)", "assignees+=\(person)")
        return (order.text("number"), asset)
    }
}
