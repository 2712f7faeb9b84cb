import Hummingbird
import Logging
import SyncWire

/// Turns what went wrong into a problem document that names the request. What nobody foresaw is logged here, once, and
/// told to nobody.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch {
            let problem = Problem(error) ?? unforeseen(error, context)
            return (context.requestID.map(problem.naming) ?? problem).response
        }
    }

    private func unforeseen(_ error: any Error, _ context: Context) -> Problem {
        context.logger.error(
            "a request failed", metadata: ["route": "\(Routes.declared(context))", "error": "\(error)"])
        return Problem(.internalError)
    }
}

extension RequestContext {
    /// As the log names the request; nil where nothing is logged.
    var requestID: String? { logger[metadataKey: "hb.request.id"].map { "\($0)" } }
}
