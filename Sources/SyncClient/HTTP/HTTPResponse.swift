/// A whole answer, of any status: what a status means is the caller's to say.
package struct HTTPResponse: Sendable, Equatable {
    package let status: Int
    /// By lower-cased name; a header that came several times has its values joined by ", ".
    package let headers: [String: String]
    package let body: [UInt8]

    package init(status: Int, headers: [String: String], body: [UInt8]) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
