import ArgumentParser
import FieldModel
import Foundation
import Logging
import SyncClient
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve devices and branches (运行节点).",
        discussion: """
            Prints one line, `listening on URL`, once it accepts requests; logs go to standard error, one line an event. \
            SIGTERM finishes what has begun and exits 0; a second SIGTERM ends it at once. A second serve on the same \
            folder exits 75.

            Example: fieldsyncd serve --data /var/lib/fieldsync --listen 0.0.0.0:7443
            """)

    @Option(help: "HOST:PORT; port 0 picks a free one.")
    var listen = "0.0.0.0:7443"

    @Flag(help: "Without TLS, behind a proxy on this machine; on loopback only.")
    var plainHttp = false

    @Option(help: "text or json (default: text on a terminal, else json).")
    var logFormat: LogFormat?

    @Option(help: "The least important events that are logged: debug, info, notice, warning, error or critical.")
    var logLevel = LogLevel.info

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func run() throws {
        let (host, port) = try ListenAddress.parse(listen)
        let (format, level) = (logFormat ?? .usual, logLevel.level)
        let logger = Logger(label: "fieldsyncd") { _ in EventLog(format, level: level) }
        let configuration = try NodeServerConfiguration(
            host: host, port: port, plainHTTP: plainHttp, logger: logger, version: Version.text)
        let lock = try Ownership.lock(place.directory)
        try withExtendedLifetime(lock) {
            try ServingNode.open(within: place.directory, configuration).run(configuration)
        }
    }
}

/// `HOST:PORT`, an IPv6 address in brackets.
enum ListenAddress {
    static func parse(_ text: String) throws -> (host: String, port: Int) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw VerbFailure(
                .usage, Words("\"\(text)\" is not of the form HOST:PORT.", "“\(text)”不是 HOST:PORT 的形式。"))
        }
        let host = text[..<colon].filter { $0 != "[" && $0 != "]" }
        return (host.isEmpty ? "0.0.0.0" : host, Int(port))
    }
}
