import Foundation
import Hummingbird
import SyncCore
import SyncStore
import SyncWire

/// `POST /v1/reconcile`: what two replicas hold differently, scope by scope and then record by record.
struct ReconcileHandler {
    let services: NodeServices

    func respond(to request: Request) async throws -> Response {
        _ = try await services.session(of: request)
        let asked = try await services.message(WireReconcileRequest.self, of: request)
        let answer = try await services.read { access in
            asked.scope.isEmpty && asked.pairs.isEmpty ? try scopes(asked, access) : try range(asked, access)
        }
        return try await services.response(answer)
    }

    /// The differing scopes, and the position from which the puller goes on when the differences are in: both of one
    /// snapshot, so that nothing falls between them.
    private func scopes(_ asked: WireReconcileRequest, _ access: ReadAccess) throws -> WireReconcileResponse {
        let theirs = asked.digests.map { digest in
            ScopeSummary(
                name: digest.scope, digest: ScopeDigest(sum: UInt128(digest.high) << 64 | UInt128(digest.low)),
                records: Int(clamping: digest.records))
        }
        var answer = WireReconcileResponse()
        answer.checkpoint = WireCheckpoint(try access.ownCheckpoint())
        answer.differing = try access.differing(from: theirs)
        return answer
    }

    private func range(_ asked: WireReconcileRequest, _ access: ReadAccess) throws -> WireReconcileResponse {
        let pairs = try asked.pairs.map { pair in
            RecordHash(id: try recordID(pair.id), hash: UInt128(pair.high) << 64 | UInt128(pair.low))
        }
        let found = try access.compare(
            pairs, scope: asked.scope, after: asked.after.isEmpty ? nil : try recordID(asked.after),
            upto: asked.upto.isEmpty ? nil : try recordID(asked.upto), bytesMax: Limits.pageBytesMax)
        var answer = WireReconcileResponse()
        answer.states = found.states.map { Data($0) }
        answer.unknown = found.unknown.map { Data($0.bytes) }
        answer.resumeAfter = found.resumeAfter.map { Data($0.bytes) } ?? Data()
        return answer
    }

    private func recordID(_ bytes: Data) throws -> RecordID {
        guard let id = RecordID(bytes: bytes) else { throw Problem(.badRequest, detail: "a record's id has 16 bytes") }
        return id
    }
}
