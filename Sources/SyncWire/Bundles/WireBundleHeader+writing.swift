import Foundation

extension WireBundleHeader {
    /// - Parameters:
    ///   - chain: the writer's certificates.
    ///   - recipient: nil: whoever can use it.
    ///   - milliseconds: since 1970.
    package init(
        by chain: [WireSignedCertificate], for recipient: (key: [UInt8], name: String)?, at milliseconds: Int64
    ) {
        self.init()
        self.chain = chain
        createdAt = milliseconds
        if let recipient {
            self.recipient = Data(recipient.key)
            recipientName = recipient.name
        }
    }
}
