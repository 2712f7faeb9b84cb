/// How an HTTPClient reaches its server, and how much time and memory one exchange may take.
package struct HTTPConfiguration: Sendable {
    /// Whom to believe that the server is who it says.
    package enum Verification: Sendable, Equatable {
        /// Only the certificate authorities in this PEM file, none of the system's.
        case authority(pemFile: String)
        /// The system's authorities.
        case system
        /// Nobody is checked. Only to fetch the authority's certificate, whose fingerprint is then compared.
        case none
    }

    package var verification: Verification
    /// The path of a socket to speak to in place of the network; the URL's host is then a name only.
    package var unixSocket: String?
    package var connectTimeoutSeconds = 15
    /// A whole request, however well it gets on; nil: as long as it takes, for a slow line takes minutes for a page.
    package var timeoutSeconds: Int?
    /// A transfer slower than 1 byte a second for this long is given up. A request that asks the server to wait adds
    /// its `heldSeconds`.
    package var stalledSeconds = 60
    package var responseBytesMax = 8 * 1024 * 1024
    package var userAgent: String

    package init(verification: Verification, userAgent: String) {
        self.verification = verification
        self.userAgent = userAgent
    }
}
