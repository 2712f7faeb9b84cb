import ArgumentParser
import FieldModel
import SyncClient
import SyncCore
import SyncStore
import Verbs

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check that nothing is missing or damaged (核对).",
        discussion: """
            Everything that is stored here is read and compared with its hashes, then with the node, if it can be reached. \
            Exits 14 if something is damaged or missing.

            Example: field verify
            """)

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func run() throws {
        let replica = try Replica.open(place.directory)
        var findings = try replica.store.read { try VerifyFindings($0) }
        let output = Output(output.style)
        do {
            let lock = try ExchangeLock(replica.directory)
            let exchange = Exchange(store: replica.store, upstream: replica.upstream(nil))
            findings.comparison = VerifyFindings.Comparison(try exchange.verify())
            _ = consume lock
        } catch let failure as ExchangeFailure where failure.isRetryable {
            output.remark(VerbFailure(failure).message)
        }
        let report = findings.report
        output.show(report)
        if report.exit != 0 { throw ExitCode(report.exit) }
    }
}

extension VerifyFindings.Comparison {
    fileprivate init(_ report: ExchangeReport) {
        self.init(
            differed: report.differing.count, repaired: report.received, missing: report.missing.map(\.description))
    }
}
