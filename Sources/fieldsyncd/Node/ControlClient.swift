import ArgumentParser
import FieldModel
import Foundation
import SyncClient
import SyncServer
import SyncWire
import Verbs

/// Why the process that owns the data did not answer.
enum ControlFailure: Error {
    /// It does not serve: a verb that is at work, or a server that is starting or ending.
    case nobodyAnswers
    /// It is there and does nothing: it was stopped, or hangs.
    case isSilent
}

/// Lets a server that owns a node's data run a verb.
struct ControlClient {
    /// An import may take its time.
    private static let secondsMax = 3_600
    /// Saying that it is there takes a server no time.
    private static let silenceSecondsMax = 5
    private static let answerBytesMax = 1 << 30

    private let directory: NodeDirectory

    init(_ directory: NodeDirectory) { self.directory = directory }

    /// Prints what the verb printed there, and exits as it did.
    func relay(_ arguments: [String]) throws {
        try demandServer()
        let request = ControlRequest(
            argv: Self.inOwnLanguage(arguments), cwd: FileManager.default.currentDirectoryPath, stdin: nil)
        let answer = try ask(request)
        FileHandle.standardOutput.write(answer.stdout)
        FileHandle.standardError.write(answer.stderr)
        if answer.exit != 0 { throw ExitCode(answer.exit) }
    }

    /// Whether a server owns the data, at work or not.
    var isServed: Bool {
        do {
            try demandServer()
            return true
        } catch ControlFailure.nobodyAnswers {
            return false
        } catch {
            return true
        }
    }

    /// - Throws: `ControlFailure` when no server is there, or one that does nothing.
    private func demandServer() throws {
        let asked = HTTPRequest(method: "GET", url: Self.url, body: nil)
        do throws(HTTPFailure) { _ = try send(asked, seconds: Self.silenceSecondsMax) } catch {
            if case .timedOut = error { throw ControlFailure.isSilent }
            throw ControlFailure.nobodyAnswers
        }
    }

    /// The server has a language of its own; the answer is for whoever called.
    private static func inOwnLanguage(_ arguments: [String]) -> [String] {
        let options = arguments.prefix { $0 != "--" }
        if options.contains(where: { $0 == "--lang" || $0.hasPrefix("--lang=") }) { return arguments }
        return options + ["--lang", OutputStyle.languageOfEnvironment.rawValue] + arguments.dropFirst(options.count)
    }

    private func ask(_ request: ControlRequest) throws -> ControlResponse {
        let body = [UInt8](try JSONEncoder().encode(request))
        let post = HTTPRequest(method: "POST", url: Self.url, body: body)
        do throws(HTTPFailure) { return try Self.decode(send(post, seconds: Self.secondsMax)) } catch {
            if case .unreachable = error { throw ControlFailure.nobodyAnswers }
            throw VerbFailure(.unavailable)
        }
    }

    private static let url = "http://localhost/control"

    private func send(_ request: HTTPRequest, seconds: Int) throws(HTTPFailure) -> HTTPResponse {
        var configuration = HTTPConfiguration(verification: .none, userAgent: "fieldsyncd/\(Version.text)")
        // From within the folder: the path of a socket may have 107 bytes only.
        let folder = FileManager.default.currentDirectoryPath
        guard FileManager.default.changeCurrentDirectoryPath(directory.path) else { throw .unreachable(directory.path) }
        defer { _ = FileManager.default.changeCurrentDirectoryPath(folder) }
        configuration.unixSocket = NodeDirectory(".").controlSocket
        configuration.timeoutSeconds = seconds
        configuration.stalledSeconds = seconds
        configuration.responseBytesMax = Self.answerBytesMax
        return try HTTPClient(configuration: configuration).send(request)
    }

    private static func decode(_ response: HTTPResponse) throws(HTTPFailure) -> ControlResponse {
        guard response.status == 200,
            let answer = try? JSONDecoder().decode(ControlResponse.self, from: Data(response.body))
        else { throw .failed("the server answered \(response.status)") }
        return answer
    }
}
