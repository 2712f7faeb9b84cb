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
            Everything that is stored here is read and compared with its hashes, then with the node, if it can be reached: what \
            is damaged here is repaired from there, and what only this device holds is named. Exits 14 if something stays \
            damaged or missing.

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
            let compared = try exchange.verify(findings.local)
            findings.comparison = try .init(compared, findings.local, replica.store)
            _ = consume lock
        } catch let failure as ExchangeFailure where failure.isRetryable {
            output.remark(VerbFailure(failure).message)
        }
        let report = try replica.store.read { findings.report($0, above: Words("the node", "节点")) }
        output.show(report)
        if report.exit != 0 { throw ExitCode(report.exit) }
    }
}

extension VerifyFindings.Comparison {
    /// Reads everything again where something was mended.
    fileprivate init(_ report: ComparisonReport, _ found: Verification, _ store: Store) throws {
        let left = found.faults.isEmpty ? [] : try store.read { try $0.verify() }.faults
        self.init(
            differed: report.differing, mended: report.mended, received: report.received, brought: report.brought,
            witnessed: report.witnessed, missing: report.missing, faults: left)
    }
}
