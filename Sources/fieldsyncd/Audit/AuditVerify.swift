import ArgumentParser
import FieldModel
import Foundation
import SyncClient
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct AuditVerify: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check that nobody wrote into the audit or the log (审计校验).",
        discussion: """
            Computes the chain of entries anew, compares each with the change set in the log that it tells of, and with the \
            signed heads of this node: its own, those that headquarters keeps, if it can be reached, and those in a file that \
            somebody else wrote with `audit heads --out`. Names the first entry that is wrong; exits 14 if there is one.

            Example: fieldsyncd audit verify --heads heads.audit --data /var/lib/fieldsync
            """)

    @Option(help: "Heads that others keep of this node; may be given more than once.")
    var heads: [String] = []

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let given = try heads.flatMap { try node.auditHeads(in: $0) }
        let (asked, offline) = try node.auditHeadsAbove()
        let findings = try node.node.store.read { access in
            let kept = try access.auditHeads(of: node.identity.record)
            let shown = try access.auditAlarms().filter { $0.node == node.identity.record }.map(KeptAuditHead.init)
            let all = kept + shown + (given + asked).map(KeptAuditHead.init)
            return try access.verifyAudit(heads: Set(all).sorted { ($0.at, $0.n) < ($1.at, $1.n) })
        }
        var report = findings.report()
        report.remarks += offline
        return report
    }
}

extension OwnedNode {
    /// Those in a file that are of this node.
    fileprivate func auditHeads(in file: String) throws -> [SignedAuditHead] {
        let path = try path(file)
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw VerbFailure(.ioError, Words("\(path) cannot be read.", "无法读取 \(path)。"))
        }
        let all = try AuditHeadFile.heads([UInt8](bytes)).map {
            try SignedAuditHead(verifying: $0, root: identity.root)
        }
        let own = all.filter { $0.node.subject == identity.record }
        if own.isEmpty {
            throw VerbFailure(
                .notFound,
                Words("\(path) has no head of this node's audit.", "\(path) 中没有本节点的审计头。"),
                hint: Words(
                    "Ask for one from a device or branch that exchanges with this node.", "请向与本节点同步的设备或分公司索取。"))
        }
        return own
    }

    /// What the node above keeps of this one; none at headquarters.
    fileprivate func auditHeadsAbove() throws -> (heads: [SignedAuditHead], remarks: [Words]) {
        guard let upstream = upstream() else { return ([], []) }
        do { return (try upstream.auditHeads().own, []) } catch let failure as ExchangeFailure
            where failure.isRetryable || failure.known == .notFound
        {
            return ([], [VerbFailure(failure).message])
        }
    }
}
