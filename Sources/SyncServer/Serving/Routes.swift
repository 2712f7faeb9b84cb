import Hummingbird

/// The addresses of a node.
enum Routes {
    /// For whoever operates it: answered while it drains, too.
    static let operators: Set<String> = ["/healthz", "/readyz", "/metrics"]

    static func router(_ services: NodeServices) -> Router<NodeContext> {
        let router = Router(context: NodeContext.self)
        router.add(middleware: ObservingMiddleware(counters: services.counters))
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: AdmissionMiddleware(services: services))
        router.add(middleware: GateMiddleware(gate: services.readiness.gate))
        addExchange(to: router, services)
        addBlobs(to: router, services)
        addHealth(to: router, services)
        return router
    }

    /// The address of a request as it is declared below: there are few of them.
    static func declared(_ context: some RequestContext) -> String {
        guard let path = context.endpointPath, path != "NotFound" else { return "other" }
        return path
    }

    private static func addExchange(to router: Router<NodeContext>, _ services: NodeServices) {
        let authority = AuthorityHandler(pem: services.identity.authorityPEM)
        router.get("/v1/authority") { _, _ in authority.response }
        router.post("/v1/enroll") { request, _ in try await EnrollHandler(services: services).respond(to: request) }
        router.post("/v1/session") { request, _ in try await SessionHandler(services: services).respond(to: request) }
        router.post("/v1/renew") { request, _ in try await RenewHandler(services: services).respond(to: request) }
        router.post("/v1/wiped") { request, _ in try await WipedHandler(services: services).respond(to: request) }
        router.post("/v1/handover") { request, _ in try await HandoverHandler(services: services).respond(to: request) }
        router.post("/v1/push") { request, _ in try await PushHandler(services: services).respond(to: request) }
        router.post("/v1/pull") { request, _ in try await PullHandler(services: services).respond(to: request) }
        router.post("/v1/reconcile") { request, _ in
            try await ReconcileHandler(services: services).respond(to: request)
        }
        router.post("/v1/audit") { request, _ in try await AuditHandler(services: services).respond(to: request) }
        router.get("/v1/records/:id/history") { request, context in
            try await HistoryHandler(services: services).respond(to: request, record: context.parameters.get("id"))
        }
    }

    private static func addBlobs(to router: Router<NodeContext>, _ services: NodeServices) {
        let address: RouterPath = "/v1/blobs/:hash"
        router.head(address) { request, context in
            try await BlobPutHandler(services: services).look(request, hash: context.parameters.get("hash"))
        }
        router.put(address) { request, context in
            try await BlobPutHandler(services: services).take(request, hash: context.parameters.get("hash"))
        }
        router.get(address) { request, context in
            try await BlobGetHandler(services: services).respond(to: request, hash: context.parameters.get("hash"))
        }
    }

    private static func addHealth(to router: Router<NodeContext>, _ services: NodeServices) {
        let health = HealthHandler(services: services)
        router.get("/healthz") { _, _ in health.alive() }
        router.get("/readyz") { _, _ in try await health.ready() }
        let metrics = MetricsHandler(services: services)
        router.get("/metrics") { request, context in try await metrics.respond(to: request, context) }
    }
}
