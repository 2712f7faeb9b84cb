import Foundation
import Testing

/// One run of `field` or `fieldsyncd` as it was built.
struct CLIRun {
    let exit: Int32
    let out: String
    let err: String

    /// The document on standard output.
    var json: [String: Any] { Self.object(out) }
    /// The members of `{"error":{…}}` on standard error.
    var error: [String: Any] { Self.object(err)["error"] as? [String: Any] ?? [:] }
    var items: [[String: Any]] { json["items"] as? [[String: Any]] ?? [] }

    func text(_ key: String) -> String { json[key] as? String ?? "" }
    func number(_ key: String) -> Int? { json[key] as? Int }

    static func object(_ text: String) -> [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(text.utf8))) as? [String: Any] ?? [:]
    }
}

enum CLIProgram {
    /// The programs lie beside the tests.
    static let folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()

    static func process(_ name: String, _ arguments: [String], _ environment: [String: String] = [:]) -> Process {
        let process = Process()
        process.executableURL = folder.appending(path: name)
        process.arguments = arguments
        let fixed = ["LANG": "C.UTF-8", "TZ": "Asia/Shanghai"]
        process.environment = ProcessInfo.processInfo.environment.merging(fixed) { $1 }.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        return process
    }

    static func run(
        _ name: String, _ arguments: [String], _ environment: [String: String] = [:], in folder: URL
    ) throws -> CLIRun {
        let process = process(name, arguments, environment)
        process.currentDirectoryURL = folder
        let streams = ["out", "err"].map { folder.appending(path: "\($0)-\(UUID().uuidString)") }
        for stream in streams { try Data().write(to: stream) }
        process.standardOutput = try FileHandle(forWritingTo: streams[0])
        process.standardError = try FileHandle(forWritingTo: streams[1])
        try process.run()
        process.waitUntilExit()
        let texts = try streams.map { try String(contentsOf: $0, encoding: .utf8) }
        for stream in streams { try FileManager.default.removeItem(at: stream) }
        return CLIRun(exit: process.terminationStatus, out: texts[0], err: texts[1])
    }
}
