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
}

/// Lets a server that owns a node's data run a verb.
struct ControlClient {
    /// An import may take its time.
    private static let secondsMax = 3_600
    private static let answerBytesMax = 1 << 30

    private let directory: NodeDirectory

    init(_ directory: NodeDirectory) { self.directory = directory }

    /// Prints what the verb printed there, and exits as it did.
    func relay(_ arguments: [String]) throws {
        let request = ControlRequest(
            argv: Self.inOwnLanguage(arguments), cwd: FileManager.default.currentDirectoryPath, stdin: nil)
        let answer = try ask(request)
        FileHandle.standardOutput.write(answer.stdout)
        FileHandle.standardError.write(answer.stderr)
        if answer.exit != 0 { throw ExitCode(answer.exit) }
    }

    /// Whether a server owns the data.
    var isAnswered: Bool {
        do {
            _ = try ask(ControlRequest(argv: ["--version"], cwd: "/", stdin: nil))
            return true
        } catch {
            return false
        }
    }

    /// The server has a language of its own; the answer is for whoever called.
    private static func inOwnLanguage(_ arguments: [String]) -> [String] {
        let options = arguments.prefix { $0 != "--" }
        if options.contains(where: { $0 == "--lang" || $0.hasPrefix("--lang=") }) { return arguments }
        return options + ["--lang", OutputStyle.languageOfEnvironment.rawValue] + arguments.dropFirst(options.count)
    }

    private func ask(_ request: ControlRequest) throws -> ControlResponse {
        var configuration = HTTPConfiguration(verification: .none, userAgent: "fieldsyncd/\(Version.text)")
        // From within the folder: the path of a socket may have 107 bytes only.
        let folder = FileManager.default.currentDirectoryPath
        guard FileManager.default.changeCurrentDirectoryPath(directory.path) else { throw ControlFailure.nobodyAnswers }
        defer { _ = FileManager.default.changeCurrentDirectoryPath(folder) }
        configuration.unixSocket = NodeDirectory(".").controlSocket
        configuration.timeoutSeconds = Self.secondsMax
        configuration.stalledSeconds = Self.secondsMax
        configuration.responseBytesMax = Self.answerBytesMax
        let body = [UInt8](try JSONEncoder().encode(request))
        let post = HTTPRequest(method: "POST", url: "http://localhost/control", body: body)
        do throws(HTTPFailure) {
            let response = try HTTPClient(configuration: configuration).send(post)
            return try Self.decode(response)
        } catch {
            if case .unreachable = error { throw ControlFailure.nobodyAnswers }
            throw VerbFailure(.unavailable)
        }
    }

    private static func decode(_ response: HTTPResponse) throws(HTTPFailure) -> ControlResponse {
        guard response.status == 200,
            let answer = try? JSONDecoder().decode(ControlResponse.self, from: Data(response.body))
        else { throw .failed("the server answered \(response.status)") }
        return answer
    }
}
