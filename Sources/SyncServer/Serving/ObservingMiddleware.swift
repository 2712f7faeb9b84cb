import Foundation
import HTTPTypes
import Hummingbird
import Logging

/// Counts every request, and writes one line about it: at `debug` when it was answered, at `info` when it was refused.
/// The line tells the address as it is declared, never what a caller put into it.
struct ObservingMiddleware: RouterMiddleware {
    /// The answer's header that names the request, for whoever looks for it in the log.
    static let requestID = HTTPField.Name("x-request-id")

    let counters: Counters

    func handle(
        _ request: Request, context: NodeContext, next: (Request, NodeContext) async throws -> Response
    ) async throws -> Response {
        let began = ContinuousClock.now
        var response = try await next(request, context)
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let route = Routes.declared(context)
        counters.count(request: route, status: response.status.code, seconds: seconds)
        context.logger.log(
            level: response.status.code < 400 ? .debug : .info, "request",
            metadata: [
                "route": "\(route)", "status": "\(response.status.code)",
                "milliseconds": "\(Int((seconds * 1000).rounded()))",
            ])
        if let header = Self.requestID { response.headers[header] = context.requestID }
        return response
    }
}
