import Hummingbird
import Logging
import SyncWire

/// Turns what went wrong into a problem document. What nobody foresaw is logged here, once, and told to nobody.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    let counters: Counters

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            let response = try await next(request, context)
            counters.count(status: response.status.code)
            return response
        } catch {
            let problem = Problem(error) ?? unforeseen(error, request, context.logger)
            counters.count(status: problem.status)
            return problem.response
        }
    }

    private func unforeseen(_ error: any Error, _ request: Request, _ logger: Logger) -> Problem {
        logger.error("a request failed", metadata: ["path": "\(request.uri.path)", "error": "\(error)"])
        return Problem(.internalError)
    }
}
