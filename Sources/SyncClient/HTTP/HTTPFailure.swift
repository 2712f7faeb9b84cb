import CurlShim

/// Why there is no answer. The texts are libcurl's own words, for a person.
package enum HTTPFailure: Error, Equatable {
    /// The name was not resolved, or no connection came about: nothing was sent.
    case unreachable(String)
    /// There was a connection, but the exchange took too long or stalled; the server may have acted on the request.
    case timedOut(String)
    /// The connection broke; the server may have acted on the request.
    case interrupted(String)
    /// Its breaker broke it off; the server may have acted on the request.
    case brokenOff
    /// The server's certificate is not one to believe.
    case untrusted(String)
    /// The answer has more bytes than `limit`.
    case responseTooLarge(limit: Int)
    case badURL(String)
    /// Anything else: an answer that is not HTTP, a request that cannot be written, no memory.
    case failed(String)

    init(_ code: CURLcode, message: String, connected: Bool) {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_INTERFACE_FAILED,
            CURLE_PROXY:
            self = .unreachable(message)
        case CURLE_OPERATION_TIMEDOUT:
            self = connected ? .timedOut(message) : .unreachable(message)
        // A handshake that breaks is a broken connection far more often than a server without TLS.
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_SSL_CONNECT_ERROR:
            self = .interrupted(message)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS:
            self = .untrusted(message)
        default:
            self = .failed(message)
        }
    }
}
