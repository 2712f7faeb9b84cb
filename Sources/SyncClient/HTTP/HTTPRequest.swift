/// One request, whole in memory.
package struct HTTPRequest: Sendable {
    package var method: String
    /// http: or https:, with a host even where a Unix socket is used.
    package var url: String
    package var headers: [(String, String)]
    /// Nil for a request without a body, such as GET.
    package var body: [UInt8]?
    /// In place of the configuration's, for the whole exchange.
    package var timeoutSeconds: Int?
    /// How long the server was asked to hold its answer; silence of that length is not a stalled transfer.
    package var heldSeconds = 0
    /// What can break it off, and since when; nil: nothing.
    package var breaker: (HTTPBreaker, since: HTTPBreaker.Mark)?

    package init(
        method: String, url: String, headers: [(String, String)] = [], body: [UInt8]? = nil, timeoutSeconds: Int? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeoutSeconds = timeoutSeconds
    }
}
