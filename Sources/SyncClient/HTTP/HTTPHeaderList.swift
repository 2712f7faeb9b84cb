import CurlShim

/// A request's headers as libcurl wants them, freed with this value.
struct HTTPHeaderList: ~Copyable {
    private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ request: HTTPRequest) throws(HTTPFailure) {
        for (name, value) in request.headers {
            guard Self.isOneLine(name), Self.isOneLine(value) else {
                throw .failed("the header \(name) holds a line break or a zero")
            }
            // libcurl takes "Name:" for "leave it out"; with a semicolon the header is sent empty.
            append(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        // libcurl would hold a body back for a second until the server says "continue", and call any body a form.
        append("Expect:")
        let isTyped = request.headers.contains { $0.0.lowercased() == "content-type" }
        if request.body != nil && !isTyped { append("Content-Type:") }
    }

    deinit {
        curl_slist_free_all(first)
    }

    private mutating func append(_ line: String) {
        guard let grown = curl_slist_append(first, line) else { preconditionFailure("out of memory") }
        first = grown
    }

    /// A line break would let a value add headers of its own.
    private static func isOneLine(_ text: String) -> Bool {
        !text.utf8.contains { $0 == 0 || $0 == 10 || $0 == 13 }
    }
}
