import FieldModel
import Foundation
import Hummingbird
import Logging
import SyncCore
import SyncStore
import SyncWire

/// `POST /v1/wiped`: a device says, without a session, for its key is gone, that it erased itself.
struct WipedHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        let told = try await services.message(WireWipeReport.self, of: request)
        let report = try await services.workers.run { try WipeReport(verifying: told, root: services.identity.root) }
        let node = services.identity.record
        try await services.commit.write { try $0.note(report, told, node: node) }
        services.logger.notice(
            "a device erased itself",
            metadata: ["device": "\(report.device.subject)", "unsent": "\(report.unsent)"])
        var answer = WireWipeReceipt()
        answer.nodeTime = services.now
        return try await services.response(answer)
    }
}

extension WriteAccess {
    fileprivate func note(_ report: WipeReport, _ told: WireWipeReport, node: RecordID) throws {
        let device = report.device.subject
        let standing = try standing(ofDevice: device)
        guard standing.orders.contains(where: { $0.id == report.order && $0.kind == .wipe }) else {
            throw Problem(.notFound, detail: "nobody here ordered that")
        }
        if standing.state == .wiped { return }
        var draft = DeviceOrderDraft(device: device, kind: .wiped)
        draft.proof = Data(told.encoded).base64EncodedString()
        try order(draft, author: node)
        try notePending(ofDevice: device, report.unsent)
    }
}
