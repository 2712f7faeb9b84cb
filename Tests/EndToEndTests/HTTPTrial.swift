import SyncClient

/// One client, one scripted server, one request.
enum HTTPTrial {
    static func configuration(
        _ change: (inout HTTPConfiguration) -> Void = { _ in }
    ) -> HTTPConfiguration {
        var configuration = HTTPConfiguration(verification: .system, userAgent: "field/test")
        configuration.timeoutSeconds = 20
        change(&configuration)
        return configuration
    }

    static func answer(_ body: String, headers: String = "", status: String = "200 OK") -> String {
        "HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// What one request to a server with this script comes to.
    static func outcome(
        _ request: HTTPRequest? = nil, configuration: HTTPConfiguration = configuration(),
        script: @escaping @Sendable (String) -> ScriptedServer.Answer
    ) throws -> Result<HTTPResponse, HTTPFailure> {
        let server = try ScriptedServer(script: script)
        defer { server.stop() }
        var request = request ?? HTTPRequest(method: "GET", url: "")
        request.url = server.url + request.url
        let client = HTTPClient(configuration: configuration)
        return Result { () throws(HTTPFailure) in try client.send(request) }
    }
}
