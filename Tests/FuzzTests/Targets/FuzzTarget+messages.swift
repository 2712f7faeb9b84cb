import Foundation
import SwiftProtobuf
import SyncCore
import SyncWire

/// The messages of R-1; `renew` takes a session's request and gives an enrolment's answer.
extension FuzzTarget {
    static let messages = [
        message("enroll-request", WireEnrollRequest.self, MessageSeeds.enrollRequest),
        message("enroll-response", WireEnrollResponse.self, MessageSeeds.enrollResponse),
        message("session-request", WireSessionRequest.self, MessageSeeds.sessionRequest),
        message("session-response", WireSessionResponse.self, MessageSeeds.sessionResponse),
        message("device-order", WireSignedDeviceOrder.self, MessageSeeds.deviceOrder) { signed in
            _ = try? WireDeviceOrder(bounded: [UInt8](signed.order))
        },
        message("wipe-report", WireWipeReport.self, MessageSeeds.wipeReport) { report in
            _ = try? WipeReport(verifying: report, root: Roots(Certified.root))
        },
        message("wipe-receipt", WireWipeReceipt.self, MessageSeeds.wipeReceipt),
        message("handover-request", WireHandoverRequest.self, MessageSeeds.handoverRequest),
        message("push-request", WirePushRequest.self, MessageSeeds.pushRequest) { push in
            for run in push.runs { _ = try? SignedRun(verifying: run, root: Roots(Certified.root)) }
        },
        message("push-response", WirePushResponse.self, MessageSeeds.pushResponse),
        message("pull-request", WirePullRequest.self, MessageSeeds.pullRequest),
        message("pull-response", WirePullResponse.self, MessageSeeds.pullResponse) { page in
            for state in page.states { _ = try? RecordStateCodec.decode([UInt8](state)) }
        },
        message("reconcile-request", WireReconcileRequest.self, MessageSeeds.reconcileRequest),
        message("reconcile-response", WireReconcileResponse.self, MessageSeeds.reconcileResponse),
        message("audit-request", WireAuditRequest.self, MessageSeeds.auditRequest),
        message("audit-response", WireAuditResponse.self, MessageSeeds.auditResponse),
        message("bundle-part", WireBundlePart.self, MessageSeeds.bundlePart),
    ]

    /// - Parameter then: what a reader does with the message next.
    private static func message<Content: BoundedMessage & Equatable>(
        _ name: String, _ type: Content.Type, _ samples: @escaping @Sendable () throws -> [Content],
        then: @escaping @Sendable (Content) throws -> Void = { _ in }
    ) -> FuzzTarget {
        FuzzTarget(name, seeds: { try samples().map(\.encoded) }) { bytes in
            let content = try Heap.bounded(by: messageFactor, of: bytes) { try Content(bounded: bytes) }
            let again = try? Content(bounded: content.encoded)
            try BrokenPromise.unless(again == content, "what was decoded is encoded as something else")
            try then(content)
        }
    }

    /// The smallest piece of any message has 2 bytes, and becomes an object of at most so many times as much.
    static let messageFactor = 128
}
