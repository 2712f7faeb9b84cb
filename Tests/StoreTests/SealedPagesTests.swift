import Foundation
import Testing

@Suite("Sealed pages, alone: nothing is read that was not written, and nothing is lost that was acknowledged")
struct SealedPagesTests {
    private static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().appending(path: "SealedTrial")

    /// A folder of one test, gone when it ends.
    private final class Folder {
        let path: String

        init() throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "sealed-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            path = folder.path
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }
    }

    private static func start(_ arguments: [String]) throws -> (process: Process, out: FileHandle, err: FileHandle) {
        let process = Process()
        let (out, err) = (Pipe(), Pipe())
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = out
        process.standardError = err
        try process.run()
        return (process, out.fileHandleForReading, err.fileHandleForReading)
    }

    /// What it printed; it has to succeed.
    @discardableResult
    private static func run(_ arguments: String...) throws -> String {
        let (process, out, err) = try start(arguments)
        let text = String(decoding: try out.readToEnd() ?? Data(), as: UTF8.self)
        let complaint = String(decoding: try err.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(arguments): \(complaint)")
        return text
    }

    @Test("A flipped bit, exchanged, cut or zeroed pages and frames are errors, or change nothing that is read")
    func flips() throws {
        let folder = try Folder()
        let seed = UInt64.random(in: 0 ... .max)
        #expect(try Self.run("flips", folder.path, "\(seed)").contains("every one refused"), "seed \(seed)")
    }

    @Test("When the power fails, what was acknowledged is there and the rest is whole or not there", arguments: [1, 2])
    func power(seed: Int) throws {
        let folder = try Folder()
        #expect(try Self.run("power", folder.path, "\(seed)").hasPrefix("power: "))
    }

    @Test("A process that is killed while it writes loses nothing that it had acknowledged")
    func kills() throws {
        let folder = try Folder()
        let path = folder.path + "/killed.db"
        for round in 1...8 {
            let (process, out, _) = try Self.start(["write", path])
            var lines = Data()
            while lines.count(where: { $0 == UInt8(ascii: "\n") }) < 7 * round {
                let more = out.availableData
                try #require(!more.isEmpty, "it ended by itself")
                lines += more
            }
            kill(process.processIdentifier, SIGKILL)
            lines += try out.readToEnd() ?? Data()
            process.waitUntilExit()
            let last = lines.split(separator: UInt8(ascii: "\n")).last
            let acknowledged = try #require(last.flatMap { Int(String(decoding: $0, as: UTF8.self)) })
            let count = Int(try Self.run("count", path).trimmingCharacters(in: .whitespacesAndNewlines))
            #expect([acknowledged, acknowledged + 1].contains(count))
        }
    }

    @Test("Several processes write and read beside one another")
    func shared() throws {
        let folder = try Folder()
        let path = folder.path + "/shared.db"
        try Self.run("count", path)
        let writers = try (0..<3).map { _ in try Self.start(["share", path, "50"]) }
        for writer in writers {
            writer.process.waitUntilExit()
            #expect(writer.process.terminationStatus == 0)
        }
        #expect(try Self.run("count", path) == "150\n")
    }
}
