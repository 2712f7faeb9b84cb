import Hummingbird

/// The addresses of a node.
enum Routes {
    static func router(_ services: NodeServices) -> Router<BasicRequestContext> {
        let router = Router(context: BasicRequestContext.self)
        router.add(middleware: ProblemMiddleware(counters: services.counters))
        addExchange(to: router, services)
        addHealth(to: router, HealthHandler(services: services))
        return router
    }

    private static func addExchange(to router: Router<BasicRequestContext>, _ services: NodeServices) {
        let authority = AuthorityHandler(pem: services.identity.authorityPEM)
        router.get("/v1/authority") { _, _ in authority.response }
        router.post("/v1/enroll") { request, _ in try await EnrollHandler(services: services).respond(to: request) }
        router.post("/v1/session") { request, _ in try await SessionHandler(services: services).respond(to: request) }
        router.post("/v1/renew") { request, _ in try await RenewHandler(services: services).respond(to: request) }
        router.post("/v1/push") { request, _ in try await PushHandler(services: services).respond(to: request) }
        router.post("/v1/pull") { request, _ in try await PullHandler(services: services).respond(to: request) }
        router.post("/v1/reconcile") { request, _ in
            try await ReconcileHandler(services: services).respond(to: request)
        }
        router.get("/v1/records/:id/history") { request, context in
            try await HistoryHandler(services: services).respond(to: request, record: context.parameters.get("id"))
        }
    }

    private static func addHealth(to router: Router<BasicRequestContext>, _ health: HealthHandler) {
        router.get("/healthz") { _, _ in health.alive() }
        router.get("/readyz") { _, _ in try await health.ready() }
        router.get("/metrics") { _, _ in try await health.metrics() }
    }
}
