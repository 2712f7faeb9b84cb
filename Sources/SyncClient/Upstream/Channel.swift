import SyncWire

/// Requests to one node, each a frame, over a transport.
struct Channel {
    /// Without a slash at its end.
    let url: String
    let transport: any Transport

    static let mediaType = "application/vnd.fieldsync"

    init(url: String, transport: any Transport) {
        self.url = String(url.reversed().drop { $0 == "/" }.reversed())
        self.transport = transport
    }

    func post<Answer: BoundedMessage>(
        _ path: String, _ message: [UInt8], token: String? = nil
    ) throws(ExchangeFailure) -> Answer {
        var request = HTTPRequest(method: "POST", url: url + path, body: Frame.encode(message))
        request.headers = [("Content-Type", Self.mediaType), ("Accept", Self.mediaType)]
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
        if let token { request.headers.append(("Authorization", "Bearer \(token)")) }
        let response: HTTPResponse
        do throws(HTTPFailure) { response = try transport.send(request) } catch { throw ExchangeFailure(error) }
        guard 200..<300 ~= response.status else { throw ExchangeFailure(response) }
        return response
    }
}
