import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import NIOCore
import NIOSSL

/// What a node speaks on its connections: HTTP/1.1 over TLS with its own certificate.
enum ServerChannel {
    static func builder(
        _ configuration: NodeServerConfiguration, _ directory: NodeDirectory
    ) throws -> HTTPServerBuilder {
        let http1 = HTTPServerBuilder.http1(
            configuration: .init(
                idleTimeout: .seconds(ServerLimits.idleSeconds),
                httpDecoderConfiguration: .init(
                    maxHeaderFieldSize: ServerLimits.headerBytesMax, maxHeaderListSize: ServerLimits.headerBytesMax,
                    maxHeaderFieldCount: ServerLimits.headersMax)))
        if configuration.plainHTTP { return http1 }
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(directory.tlsCertificate)
            let key = try NIOSSLPrivateKey(file: directory.tlsKey, format: .pem)
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            tls.minimumTLSVersion = .tlsv12
            // An idle client does not answer the farewell, and would hold up the node's end.
            tls.shutdownTimeout = .milliseconds(ServerLimits.farewellMilliseconds)
            tls.applicationProtocols = ["http/1.1"]
            return try .tls(http1, tlsConfiguration: tls)
        } catch {
            throw ServingFailure.badTLS("\(error)")
        }
    }
}
