import ArgumentParser
import FieldModel
import SyncClient
import SyncServer
import SyncStore
import Verbs

struct Verify: NodeVerb {
    static let configuration = CommandConfiguration(
        abstract: "Check that nothing is missing or damaged (核对).",
        discussion: """
            Reads everything and compares it with what was kept beside it: the pages of the database file, every record with \
            its hash, every scope with its digest, every change set with its hash and the one before it, and derived fields, \
            conflicts, search and counts with what follows from the records. A branch is then compared with HQ, if that can be \
            reached: what is damaged is repaired from there, and what HQ lost is sent to it again. Exits 14 if something stays \
            damaged or missing.

            Example: fieldsyncd verify --data /var/lib/fieldsync
            """)

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let store = node.node.store
        var findings = try store.read { try VerifyFindings($0) }
        var offline: [Words] = []
        do { findings.comparison = try node.compared(findings.local) } catch let failure as ExchangeFailure
            where failure.isRetryable
        {
            offline = [VerbFailure(failure).message]
        }
        var report = try store.read { findings.report($0, above: Words("headquarters", "总部")) }
        report.remarks += offline
        return report
    }
}

extension OwnedNode {
    /// What came of comparing with the node above; nil at HQ.
    fileprivate func compared(_ found: Verification) throws -> VerifyFindings.Comparison? {
        guard let upstream = upstream() else { return nil }
        let exchange = Exchange(store: node.store, upstream: upstream)
        let report = try exchange.verify(found, catchUp: catchUp)
        let left = found.faults.isEmpty ? [] : try node.store.read { try $0.verify() }.faults
        return VerifyFindings.Comparison(
            differed: report.differing, mended: report.mended, received: report.received, brought: report.brought,
            witnessed: report.witnessed, missing: report.missing, faults: left)
    }
}
