import CurlShim

/// What must be known of a URL before it is used; libcurl reads it, so that both see the same host.
struct HTTPTarget {
    let isLoopback: Bool

    init(url: String) throws(HTTPFailure) {
        guard let parts = curl_url() else { throw .failed("out of memory") }
        defer { curl_url_cleanup(parts) }
        let code = curl_url_set(parts, CURLUPART_URL, url, 0)
        guard code == CURLUE_OK else { throw .badURL("\(url): \(String(cString: curl_url_strerror(code)))") }
        let scheme = Self.part(CURLUPART_SCHEME, of: parts)
        guard scheme == "http" || scheme == "https" else { throw .badURL("\(url): neither http nor https") }
        let host = Self.part(CURLUPART_HOST, of: parts)
        isLoopback = host == "localhost" || host == "[::1]" || host.hasPrefix("127.")
    }

    private static func part(_ part: CURLUPart, of parts: OpaquePointer) -> String {
        var text: UnsafeMutablePointer<CChar>?
        defer { curl_free(text) }
        guard curl_url_get(parts, part, &text, 0) == CURLUE_OK, let text else { return "" }
        return String(cString: text).lowercased()
    }
}
