import ArgumentParser
import Foundation
import SyncClient
import SyncServer
import SyncStore

struct Exchanges: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Exchange, once or more, over one connection.")

    @Argument(help: "Of a device, or of a branch that nobody serves.") var folder: String
    @Option(help: "Exchanges that are measured.") var times = 1
    @Flag(help: "Exchange once before the measuring begins.") var warm = false
    @Flag(help: "Measure after each line on standard input; one line is printed before the first.") var wait = false

    func run() throws {
        let exchange = try exchange()
        if warm { try exchange.run() }
        guard wait else { return try measured(exchange) }
        try Measure().report([:])
        while readLine() != nil { try measured(exchange) }
    }

    private func exchange() throws -> Exchange {
        let directory = NodeDirectory(folder)
        guard FileManager.default.fileExists(atPath: directory.database) else {
            let device = try Device.open(folder)
            return Exchange(store: device.store, upstream: device.upstream)
        }
        let node = try Node.open(directory, environment: .system)
        let (own, environment) = (node.identity, node.store.environment)
        guard let url = own.upstream else { throw Damaged(path: folder) }
        let client = ClientIdentity(
            kind: .branch, key: own.key, chain: own.chain, root: own.root, authorityFile: directory.authority,
            version: "1.0.0")
        let upstream = Upstream(url: url, identity: client, wallMilliseconds: environment.wallMilliseconds)
        return Exchange(store: node.store, upstream: upstream)
    }

    private func measured(_ exchange: Exchange) throws {
        let measure = Measure()
        var (sent, received, dropped) = (0, 0, 0)
        for _ in 0..<times {
            let report = try exchange.run()
            guard report.rejected == 0, report.refusedRuns.isEmpty else { throw Refused(sets: report.rejected) }
            sent += report.sent
            received += report.received
            dropped += report.dropped
        }
        try measure.report(["sent": Double(sent), "received": Double(received), "dropped": Double(dropped)])
    }
}

/// What is refused is not what was to be measured.
struct Refused: Error { let sets: Int }

struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Forget the checkpoint: the next exchange compares.")

    @Argument var folder: String

    func run() throws { try Device.open(folder).store.write { try $0.voidCheckpoint() } }
}
