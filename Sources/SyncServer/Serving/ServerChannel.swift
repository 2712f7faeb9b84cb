import Hummingbird
import HummingbirdCore
import NIOSSL
import SyncWire

/// What a node speaks on its connections: HTTP/1.1 over TLS with its own certificate.
enum ServerChannel {
    static func builder(
        _ configuration: NodeServerConfiguration, _ directory: NodeDirectory, _ services: ConnectionServices
    ) throws -> HTTPServerBuilder {
        let tls = configuration.plainHTTP ? nil : try tls(directory)
        return HTTPServerBuilder { NodeChannel(services, tls: tls, responder: $0) }
    }

    private static func tls(_ directory: NodeDirectory) throws -> NIOSSLContext {
        do {
            let chain = try NIOSSLCertificate.fromPEMFile(directory.tlsCertificate)
            let key = try NIOSSLPrivateKey(bytes: NodeVault(directory).secret(.tls), format: .pem)
            var tls = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            tls.minimumTLSVersion = .tlsv12
            // An idle client does not answer the farewell, and would hold up the node's end.
            tls.shutdownTimeout = .milliseconds(ServerLimits.farewellMilliseconds)
            tls.applicationProtocols = ["http/1.1"]
            return try NIOSSLContext(configuration: tls)
        } catch {
            throw ServingFailure.badTLS("\(error)")
        }
    }
}
