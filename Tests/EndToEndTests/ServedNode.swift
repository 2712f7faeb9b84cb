import Foundation
import Synchronization
import Testing

/// A node's folder, and the process that serves it.
final class ServedNode: Sendable {
    let name: String
    let folder: URL
    let log: String
    private let world: URL
    private let state = Mutex((process: RunningProgram?.none, url: ""))

    init(_ name: String, in world: URL) {
        self.name = name
        self.world = world
        folder = world.appending(path: name)
        log = world.appending(path: "\(name).log").path
    }

    /// Where it serves, or served last.
    var url: String { state.withLock { $0.url } }
    /// Of the process that serves it.
    var pid: pid_t? { state.withLock { $0.process?.pid } }
    var port: String { url.split(separator: ":").last.map(String.init) ?? "0" }

    /// Begins to serve; again on the port that it had.
    func serve(_ arguments: [String] = []) throws {
        var command = Command(
            .fieldsyncd, ["serve", "--data", folder.path, "--listen", "127.0.0.1:\(port)"] + arguments, in: world)
        command.log = log
        // While a node was down, a connection of another test may have got its port for a moment.
        let isServing = try eventually(within: 20) { try listens(command.start()) }
        try #require(isServing, "\(name) does not serve; see the end of \(log)")
    }

    /// Whether the process came to serve; otherwise it has ended.
    private func listens(_ process: RunningProgram) throws -> Bool {
        let line = try process.firstLine()
        guard let url = line.split(separator: "listening on ").first else {
            _ = try process.outcome(within: 20)
            return false
        }
        state.withLock { $0 = (process, String(url)) }
        return true
    }

    /// Ends it in the middle of what it does.
    func kill() throws { try takeProcess()?.kill() }

    /// Asks it to end, and waits until it has.
    @discardableResult
    func stop() throws -> Int32? {
        guard let process = takeProcess() else { return nil }
        process.signal(SIGTERM)
        return try process.outcome(within: 20).exit
    }

    /// The process that serves it, for whoever looks after it from now on.
    func release() -> RunningProgram? { takeProcess() }

    private func takeProcess() -> RunningProgram? {
        state.withLock { state in
            defer { state.process = nil }
            return state.process
        }
    }

    func command(_ arguments: [String]) -> Command {
        Command(.fieldsyncd, arguments + ["--data", folder.path], in: world)
    }

    /// A verb as a script calls it.
    func verb(_ arguments: String...) throws -> Outcome { try command(arguments + ["--json"]).run() }

    /// A verb that has to succeed, and what it answers.
    @discardableResult
    func done(_ arguments: String...) throws -> JSON { try done(arguments) }

    @discardableResult
    func done(_ arguments: [String]) throws -> JSON {
        let outcome = try command(arguments + ["--json"]).run()
        try #require(outcome.exit == 0, "\(name) \(arguments): \(outcome)")
        return try outcome.json
    }

    /// Its files of such names, and what is in them.
    func files(beginningWith prefix: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasPrefix(prefix) }
        return try Dictionary(
            uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: folder.appending(path: $0))) })
    }

    /// Meddles with its database while nobody serves it.
    func sql(_ statement: String) throws {
        try SealedSQL(folder).run(statement)
    }

    func dump() throws -> String {
        let outcome = try command(["dump", "--canonical"]).run()
        try #require(outcome.exit == 0, "\(name): \(outcome)")
        return outcome.text
    }

    /// Whether everything that it knows is at HQ.
    func isDrained() throws -> Bool { try done("status")["pending_up"] == .number(0) }
}
