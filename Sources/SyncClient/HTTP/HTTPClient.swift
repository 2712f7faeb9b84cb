import CurlShim

/// HTTP/1.1 requests one after the other, over a connection that is kept alive in between. Each call blocks its thread,
/// so a client lives on a thread of its own and never in the cooperative pool. Redirects are not followed. Proxies are
/// taken from the environment (`https_proxy`, `HTTPS_PROXY`, `no_proxy` and the rest, as libcurl reads them), except for
/// loopback and Unix sockets, which no proxy can reach for us.
package final class HTTPClient {
    /// Silence after which a connection is asked whether it is still there.
    private static let keepAliveSeconds = 25

    private let configuration: HTTPConfiguration
    private let handle = CurlHandle()
    /// When the connections that are kept were not yet broken off.
    private var connectedSince: HTTPBreaker.Mark?

    package init(configuration: HTTPConfiguration) {
        self.configuration = configuration
    }

    /// The answer, whatever its status.
    package func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
        let target = try HTTPTarget(url: request.url)
        let headers = try HTTPHeaderList(request)
        handle.reset()
        describe(request, to: target)
        setLimits(of: request)
        setTrust()
        let receiver = HTTPReceiver(bodyBytesMax: configuration.responseBytesMax)
        guard let code = perform(request, headers.first, into: receiver) else { throw .brokenOff }
        if let limit = receiver.exceeded { throw .responseTooLarge(limit: limit) }
        guard code == CURLE_OK else {
            throw HTTPFailure(code, message: handle.message(code), connected: handle.wasConnected)
        }
        return HTTPResponse(status: handle.status, headers: receiver.headers, body: receiver.body)
    }

    /// Nil when it was broken off.
    private func perform(
        _ request: HTTPRequest, _ headers: UnsafeMutablePointer<curl_slist>?, into receiver: HTTPReceiver
    ) -> CURLcode? {
        if let mark = request.breaker?.since {
            if let connectedSince, connectedSince != mark { handle.forgetConnections() }
            connectedSince = mark
        }
        defer { request.breaker?.0.leave(self) }
        return handle.perform(headers: headers, body: request.body, into: receiver) {
            request.breaker.map { $0.0.isBroken(since: $0.since) } ?? false
        } waking: { wake in
            request.breaker?.0.enter(self, wake)
        }
    }

    private func describe(_ request: HTTPRequest, to target: HTTPTarget) {
        handle.set(CURLOPT_URL, request.url)
        handle.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        handle.set(CURLOPT_USERAGENT, configuration.userAgent)
        handle.set(CURLOPT_UNIX_SOCKET_PATH, configuration.unixSocket)
        handle.set(CURLOPT_PROXY, target.isLoopback || configuration.unixSocket != nil ? "" : nil)
        handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        handle.set(CURLOPT_CUSTOMREQUEST, request.method)
        handle.set(CURLOPT_NOBODY, request.method == "HEAD" ? 1 : 0)
    }

    private func setLimits(of request: HTTPRequest) {
        // Without this a slow name server ends in a signal, which is not for a program with threads.
        handle.set(CURLOPT_NOSIGNAL, 1)
        handle.set(CURLOPT_CONNECTTIMEOUT, configuration.connectTimeoutSeconds)
        handle.set(CURLOPT_TIMEOUT, request.timeoutSeconds ?? configuration.timeoutSeconds ?? 0)
        handle.set(CURLOPT_LOW_SPEED_LIMIT, 1)
        handle.set(CURLOPT_LOW_SPEED_TIME, configuration.stalledSeconds + request.heldSeconds)
        // Also keeps a waiting pull's place in the tables of routers on the way.
        handle.set(CURLOPT_TCP_KEEPALIVE, 1)
        handle.set(CURLOPT_TCP_KEEPIDLE, Self.keepAliveSeconds)
        handle.set(CURLOPT_TCP_KEEPINTVL, Self.keepAliveSeconds)
    }

    private func setTrust() {
        let isVerified = configuration.verification != .none
        handle.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        handle.set(CURLOPT_SSL_VERIFYPEER, isVerified ? 1 : 0)
        handle.set(CURLOPT_SSL_VERIFYHOST, isVerified ? 2 : 0)
        guard case .authority(let pemFile) = configuration.verification else { return }
        handle.set(CURLOPT_CAINFO, pemFile)
        // Otherwise the system's directory of authorities would be believed as well.
        handle.set(CURLOPT_CAPATH, nil)
    }
}
