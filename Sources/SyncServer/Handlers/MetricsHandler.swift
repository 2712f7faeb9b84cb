import Foundation
import HTTPTypes
import Hummingbird
import SyncStore
import SyncWire

/// `GET /metrics`: what an operator asks, in the text format of Prometheus. Figures alone, and no names but those of
/// branches; still, how many devices an organisation has is not for everybody.
struct MetricsHandler {
    private static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

    let services: NodeServices

    func respond(to request: Request, _ context: NodeContext) async throws -> Response {
        guard isAllowed(request, context) else {
            throw Problem(.unauthenticated, detail: "metrics are for this machine, or for who has the token")
        }
        let figures = try await services.read { try $0.nodeFigures() }
        return .text(families(figures).map(\.text).joined(), type: Self.mediaType)
    }

    /// Whoever knows the token of the node's folder, or asks from this machine without a proxy in between.
    private func isAllowed(_ request: Request, _ context: NodeContext) -> Bool {
        let bearer = "Bearer "
        if let header = request.headers[.authorization], header.hasPrefix(bearer), let token = services.metricsToken {
            return constantTimeEqual(Array(header.utf8.dropFirst(bearer.utf8.count)), token)
        }
        return context.isFromHere && !Self.forwarding.contains { request.headers.contains($0) }
    }

    /// What a proxy adds.
    private static let forwarding = ["forwarded", "x-forwarded-for", "x-real-ip", "via"].compactMap {
        HTTPField.Name($0)
    }

    private func families(_ figures: NodeFigures) -> [MetricFamily] {
        let now = services.now
        return about + readiness + limits + StoreFigures(figures: figures, node: services.node, now: now).families
            + (services.uplink()?.families ?? []) + services.counters.families(now: now) + services.process.families
    }

    private var about: [MetricFamily] {
        let labels = [("version", services.version), ("role", services.identity.role.rawValue)]
        return [
            MetricFamily(
                .gauge, "fieldsync_build_info", "Always 1: which program this is.", [.init(labels: labels, value: 1)])
        ]
    }

    private var limits: [MetricFamily] {
        [
            MetricFamily(.gauge, "fieldsync_connections", "Open connections.", services.connections.count),
            MetricFamily(
                .gauge, "fieldsync_askers", "Devices, branches and addresses that asked lately.", services.askers.count),
            MetricFamily(
                .gauge, "fieldsync_work_queued", "Pieces of work that wait for a thread, by pool.", by: "pool",
                [
                    ("records", services.workers.queuedCount), ("blobs", services.blobWorkers.queuedCount),
                    ("writes", services.commit.queuedCount), ("messages", services.messageRooms.waitingCount),
                ]),
            MetricFamily(
                .gauge, "fieldsync_held_bytes", "Memory held for requests, by what for.", by: "for",
                [
                    ("bodies", services.bodyRoom.bytes),
                    ("messages", services.messageRooms.heldBytes),
                    ("answers", services.answerRoom.heldBytes),
                ]),
        ]
    }

    private var readiness: [MetricFamily] {
        let disk = services.readiness.disk
        return [
            MetricFamily(
                .gauge, "fieldsync_draining", "Whether the node ends.", services.readiness.gate.isDraining ? 1 : 0),
            MetricFamily(
                .gauge, "fieldsync_requests_in_progress", "Requests that are being answered.",
                services.readiness.gate.inside),
            MetricFamily(
                .gauge, "fieldsync_waiting_pulls", "Pulls that wait for news.", services.watch.waitingCount),
            MetricFamily(
                .gauge, "fieldsync_disk_free_bytes", "Free on the file system of the node's folder.",
                disk.freeBytes ?? 0),
            MetricFamily(
                .gauge, "fieldsync_disk_free_min_bytes", "With less than this free, writes are refused.",
                disk.freeBytesMin),
        ]
    }
}
