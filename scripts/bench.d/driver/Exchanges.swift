import ArgumentParser
import SyncClient
import SyncStore

struct Exchanges: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Exchange, once or more, over one connection.")

    @Argument var folder: String
    @Option(help: "Exchanges that are measured.") var times = 1
    @Flag(help: "Exchange once before the measuring begins.") var warm = false
    @Flag(help: "Wait for a line on standard input between warming up and measuring.") var wait = false

    func run() throws {
        let device = try Device.open(folder)
        let exchange = Exchange(store: device.store, upstream: device.upstream)
        if warm { try exchange.run() }
        if wait {
            try Measure().report([:])
            _ = readLine()
        }
        let measure = Measure()
        var (sent, received) = (0, 0)
        for _ in 0..<times {
            let report = try exchange.run()
            sent += report.sent
            received += report.received
        }
        try measure.report(["sent": Double(sent), "received": Double(received)])
    }
}

struct Forget: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Forget the checkpoint: the next exchange compares.")

    @Argument var folder: String

    func run() throws { try Device.open(folder).store.write { try $0.voidCheckpoint() } }
}
