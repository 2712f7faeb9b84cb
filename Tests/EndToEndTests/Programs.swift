import Foundation
import Synchronization
import Testing

/// The programs as they were built, beside this test.
enum Program: String {
    case field, fieldsyncd
    /// The sealed pages alone.
    case sealedTrial = "SealedTrial"

    private static let folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()

    var path: String { Self.folder.appending(path: rawValue).path }
}

/// A command line with what surrounds it.
struct Command: Sendable {
    /// The program's path.
    var path: String
    var arguments: [String]
    /// The whole environment, so that no test depends on who runs it.
    var environment: [String: String]
    /// Where it works.
    var folder: String
    /// Where standard error goes; nil: to whoever waits.
    var log: String?

    init(_ program: Program, _ arguments: [String], in folder: URL) {
        self.init(path: program.path, arguments, in: folder)
    }

    /// Another program than ours, by its name in PATH.
    init(path: String, _ arguments: [String], in folder: URL) {
        self.path = path
        self.arguments = arguments
        self.folder = folder.path
        environment = [
            "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder.path, "TZ": "Australia/Perth", "LANG": "C.UTF-8",
        ]
    }

    /// Runs it to its end.
    /// - Throws: when it does not end within so many seconds; it is killed then.
    func run(within seconds: Double = 60) throws -> Outcome { try start().outcome(within: seconds) }
}

/// What a program came to.
struct Outcome: Sendable, CustomStringConvertible {
    /// The exit code; the negative number of the signal that ended it.
    let exit: Int32
    let stdout: [UInt8]
    let stderr: [UInt8]

    var text: String { String(decoding: stdout, as: UTF8.self) }
    var complaint: String { String(decoding: stderr, as: UTF8.self) }
    var description: String { "exit \(exit)\n\(text)\(complaint)" }

    /// The document that it printed.
    var json: JSON {
        get throws {
            do { return try JSON(stdout) } catch { throw RunningProgram.Failure(description: "no document: \(self)") }
        }
    }

    /// The error that it told with `--json`: the last line of standard error.
    var error: JSON {
        get throws {
            let last = try #require(stderr.split(separator: UInt8(ascii: "\n")).last, "nothing was complained of")
            return try JSON(Array(last))["error"]
        }
    }
}

/// A process of ours. Whoever started it waits for it or kills it; what is left is killed when the tests end.
struct RunningProgram: Sendable {
    struct Failure: Error, CustomStringConvertible { let description: String }

    let pid: pid_t
    /// The reading ends of its standard output and, unless that goes to a log, its standard error.
    fileprivate let stdout: Int32
    fileprivate let stderr: Int32?

    private static let running: Mutex<Set<pid_t>> = {
        atexit { RunningProgram.killAll() }
        return Mutex([])
    }()

    private static func killAll() { running.withLock { pids in pids.forEach { _ = Glibc.kill($0, SIGKILL) } } }

    fileprivate init(pid: pid_t, stdout: Int32, stderr: Int32?) {
        self.pid = pid
        self.stdout = stdout
        self.stderr = stderr
        _ = Self.running.withLock { $0.insert(pid) }
    }

    /// The first line that it prints.
    func firstLine(within seconds: Double = 20) throws -> String {
        let pipe = Pipe(stdout)
        guard pipe.read(until: Date(timeIntervalSinceNow: seconds), enough: { $0.contains(UInt8(ascii: "\n")) }) else {
            throw Failure(description: "no line came within \(seconds) s")
        }
        return String(decoding: pipe.bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// Gives it so many milliseconds, and kills it if it has not ended by then.
    func killed(afterMilliseconds milliseconds: Int) throws -> Outcome {
        var ended = pollfd(fd: stdout, events: 0, revents: 0)
        return poll(&ended, 1, Int32(milliseconds)) > 0 ? try outcome(within: 20) : try kill()
    }

    func signal(_ signal: Int32) { _ = Glibc.kill(pid, signal) }

    /// Ends it as a power cut would.
    @discardableResult
    func kill() throws -> Outcome {
        signal(SIGKILL)
        return try outcome(within: 20)
    }

    /// Waits for its end.
    func outcome(within seconds: Double) throws -> Outcome {
        let deadline = Date(timeIntervalSinceNow: seconds)
        let (out, complaint) = (Pipe(stdout), stderr.map(Pipe.init))
        let isInTime = out.read(until: deadline) && complaint?.read(until: deadline) != false
        if !isInTime { signal(SIGKILL) }
        let exit = reap()
        close(stdout)
        if let stderr { close(stderr) }
        let outcome = Outcome(exit: exit, stdout: out.bytes, stderr: complaint?.bytes ?? [])
        guard isInTime else { throw Failure(description: "did not end within \(seconds) s: \(outcome)") }
        return outcome
    }

    private func reap() -> Int32 {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        _ = Self.running.withLock { $0.remove(pid) }
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : -signal
    }
}

/// The reading end of a pipe.
private final class Pipe {
    private let descriptor: Int32
    private(set) var bytes: [UInt8] = []

    init(_ descriptor: Int32) { self.descriptor = descriptor }

    /// Reads until the writers are gone or there is enough.
    /// - Returns: false when the time was over before.
    func read(until deadline: Date, enough: ([UInt8]) -> Bool = { _ in false }) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while !enough(bytes) {
            var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = max(0, deadline.timeIntervalSinceNow)
            guard poll(&ready, 1, Int32(left * 1000)) > 0 else { return false }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return true }
            bytes += chunk[..<count]
        }
        return true
    }
}

extension Command {
    /// Starts it with no signal blocked: a thread of the test runner has blocked some, and a process started from there
    /// would never hear a SIGTERM.
    func start() throws -> RunningProgram {
        let (out, outEnd) = try Self.pipe()
        let (complaint, complaintEnd) = try Self.pipe()
        defer {
            close(outEnd)
            close(complaintEnd)
        }
        let pid = try spawn(stdout: outEnd, stderr: complaintEnd)
        if log != nil { close(complaint) }
        return RunningProgram(pid: pid, stdout: out, stderr: log == nil ? complaint : nil)
    }

    private func spawn(stdout: Int32, stderr: Int32) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, stdout, 1)
        if let log {
            posix_spawn_file_actions_addopen(&actions, 2, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        } else {
            posix_spawn_file_actions_adddup2(&actions, stderr, 2)
        }
        // Pipes and sockets of tests that run at the same time would otherwise stay open in this process.
        for descriptor in 3..<Self.descriptorsMax { posix_spawn_file_actions_addclose(&actions, descriptor) }
        return try spawn(&actions)
    }

    private func spawn(_ actions: inout posix_spawn_file_actions_t) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let line = whole
        var argv = line.map { strdup($0) } + [nil]
        var environment = self.environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { (argv + environment).forEach { free($0) } }
        var pid: pid_t = 0
        let code = posix_spawn(&pid, line[0], &actions, &attributes, &argv, &environment)
        guard code == 0 else { throw RunningProgram.Failure(description: "\(path) does not start: \(code)") }
        return pid
    }

    /// The command line with what `posix_spawn` cannot do itself: the folder to work in.
    private var whole: [String] { ["/usr/bin/env", "--chdir=\(folder)", path] + arguments }

    private static let descriptorsMax: Int32 = 1024

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { throw RunningProgram.Failure(description: "no pipe") }
        return (ends[0], ends[1])
    }
}
