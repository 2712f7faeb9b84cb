import Hummingbird
import SyncStore

/// `GET /healthz`, `/readyz`, `/metrics`: for whoever operates the node. They tell figures and no content.
struct HealthHandler {
    let services: NodeServices

    func alive() -> Response { text("ok\n") }

    /// Whether the node can accept writes now: it makes an empty one.
    func ready() async throws -> Response {
        try await services.commit.write { _ in }
        return text("ready\n")
    }

    func metrics() async throws -> Response {
        let figures = try await services.read { try $0.nodeFigures() }
        let lines = [
            "fieldsync_records \(figures.records)", "fieldsync_change_sets \(figures.changeSets)",
            "fieldsync_quarantined \(figures.quarantined)", "fieldsync_devices_active \(figures.devices)",
            "fieldsync_position \(figures.position)", "fieldsync_waiting_pulls \(services.watch.waitingCount)",
        ]
        return text((lines + services.counters.lines).joined(separator: "\n") + "\n")
    }

    private func text(_ text: String) -> Response {
        Response(
            status: .ok, headers: [.contentType: "text/plain; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
    }
}
