import SyncWire

/// Requests to one node, each a frame, over a transport.
struct Channel {
    /// Without a slash at its end.
    let url: String
    let transport: any Transport
    let breaker: HTTPBreaker

    static let mediaType = "application/vnd.fieldsync"

    init(url: String, transport: any Transport, breaker: HTTPBreaker = HTTPBreaker()) {
        self.breaker = breaker
        self.url = String(url.reversed().drop { $0 == "/" }.reversed())
        self.transport = transport
    }

    func post<Answer: BoundedMessage>(
        _ path: String, _ message: [UInt8], token: String? = nil, heldSeconds: Int = 0,
        since mark: HTTPBreaker.Mark? = nil
    ) throws(ExchangeFailure) -> Answer {
        var request = HTTPRequest(method: "POST", url: url + path, body: Frame.encode(message))
        request.headers = [("Content-Type", Self.mediaType), ("Accept", Self.mediaType)]
        request.heldSeconds = heldSeconds
        request.breaker = mark.map { (breaker, $0) }
        let response = try send(request, token: token)
        // Whoever stands between, such as a hotel's page to log in at, says 200 too.
        guard response.headers["content-type"] == Self.mediaType else {
            throw .garbage("an answer of another type: \(response.headers["content-type"] ?? "none")")
        }
        do throws(WireError) {
            let limit = Limits.responseBodyDecompressedBytesMax
            return try Answer(bounded: Frame.decode(response.body, limit: limit))
        } catch {
            throw ExchangeFailure(error)
        }
    }

    func get(_ path: String, token: String? = nil) throws(ExchangeFailure) -> [UInt8] {
        try send(HTTPRequest(method: "GET", url: url + path), token: token).body
    }

    func send(_ request: HTTPRequest, token: String?) throws(ExchangeFailure) -> HTTPResponse {
        var request = request
        if request.breaker == nil { request.breaker = (breaker, breaker.mark) }
        if let token { request.headers.append(("Authorization", "Bearer \(token)")) }
        let response: HTTPResponse
        do throws(HTTPFailure) { response = try transport.send(request) } catch { throw ExchangeFailure(error) }
        // What comes for somebody who waits no more changes nothing here.
        if breaker.isStopped { throw ExchangeFailure(HTTPFailure.brokenOff) }
        guard 200..<300 ~= response.status else { throw ExchangeFailure(response) }
        return response
    }
}
