import ArgumentParser
import FieldModel
import Foundation
import Logging

/// How a line of the log is written.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    /// For people: time, level, message, and what belongs to it as `name=value`.
    case text
    /// For programs: one object a line.
    case json

    /// A person reads a terminal, a program everything else.
    static var usual: LogFormat { isatty(STDERR_FILENO) == 1 ? .text : .json }
}

/// The least important events that are logged.
enum LogLevel: String, ExpressibleByArgument, CaseIterable {
    case debug, info, notice, warning, error, critical

    var level: Logger.Level { Logger.Level(rawValue: rawValue) ?? .info }
}

/// What a node logs, one line an event, to standard error.
struct EventLog: LogHandler {
    let format: LogFormat
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    init(_ format: LogFormat, level: Logger.Level) {
        self.format = format
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let own = event.metadata ?? [:]
        let members = metadata.merging(own) { $1 }.sorted { $0.key < $1.key }.map { (Self.name($0.key), "\($0.value)") }
        let at = Int64((Date().timeIntervalSince1970 * 1000).rounded(.down))
        let line = line(Instant(milliseconds: at, offsetMinutes: 0).text, event, members)
        FileHandle.standardError.write(Data((line + "\n").utf8))
    }

    private func line(_ at: String, _ event: LogEvent, _ members: [(String, String)]) -> String {
        let message = "\(event.message)"
        switch format {
        case .text:
            let rest = members.map { " \($0)=\(Self.oneWord($1))" }.joined()
            return "\(at) \(event.level) \(message)\(rest)"
        case .json:
            let head = [("at", at), ("level", event.level.rawValue), ("message", message)]
            return JSONValue.object((head + members).map { ($0, .string($1)) }).canonical()
        }
    }

    private static func name(_ key: String) -> String { key == "hb.request.id" ? "request" : key }

    /// A value with spaces or line breaks stands in quotes, so that a line is an event and a word a value.
    private static func oneWord(_ text: String) -> String {
        text.contains { $0.isWhitespace || $0 == "\"" } ? JSONValue.string(text).canonical() : text
    }
}
