package import Logging

/// How a node is served.
package struct NodeServerConfiguration: Sendable {
    /// A host name or address, without brackets.
    package let host: String
    /// 0: a free one.
    package let port: Int
    /// Without TLS; on loopback only.
    package let plainHTTP: Bool
    package let logger: Logger
    /// Of the program.
    package let version: String
    /// How the line to the node above fares; nil at HQ.
    package private(set) var uplink: @Sendable () -> UplinkFigures? = { nil }
    var limits = ServingLimits()

    package init(
        host: String, port: Int, plainHTTP: Bool, logger: Logger, version: String = ""
    ) throws(ServingFailure) {
        guard !plainHTTP || Self.isLoopback(host) else { throw .plainHTTPBeyondLoopback(host) }
        self.host = host
        self.port = port
        self.plainHTTP = plainHTTP
        self.logger = logger
        self.version = version
    }

    package func withUplink(_ figures: @escaping @Sendable () -> UplinkFigures?) -> NodeServerConfiguration {
        var copy = self
        copy.uplink = figures
        return copy
    }

    private static func isLoopback(_ host: String) -> Bool {
        host == "localhost" || host == "::1" || host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." }
    }

    func url(port: Int) -> String {
        "\(plainHTTP ? "http" : "https")://\(host.contains(":") ? "[\(host)]" : host):\(port)"
    }
}

/// Why a node cannot be served.
package enum ServingFailure: Error, Equatable {
    case plainHTTPBeyondLoopback(String)
    /// The address is taken, or not this machine's.
    case cannotListen(String)
    /// The certificate or its key cannot be used.
    case badTLS(String)
}
