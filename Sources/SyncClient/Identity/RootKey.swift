import Foundation
import SyncWire

/// The key that HQ's own certificate, the last of a chain, is for.
enum RootKey {
    /// A certificate has one form: HQ's begins with its kind, then 32 bytes of key.
    private static let beginning: [UInt8] = [0x08, 0x01, 0x12, 0x20]

    /// Learns the key at enrolment, when TLS vouches for the node that sent the chain. The chain as a whole is verified
    /// against it afterwards.
    static func learn(from chain: [WireSignedCertificate]) throws(WireError) -> PublicKey {
        guard let last = chain.last else { throw .untrusted("no certificate") }
        let bytes = [UInt8](last.certificate)
        let rest = bytes.dropFirst(beginning.count)
        guard bytes.starts(with: beginning), let key = PublicKey(bytes: Array(rest.prefix(PublicKey.bytesCount))) else {
            throw .untrusted("the chain does not end in HQ's own certificate")
        }
        return key
    }
}
