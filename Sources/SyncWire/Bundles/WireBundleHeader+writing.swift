import Foundation

extension WireBundleHeader {
    /// - Parameters:
    ///   - chain: the writer's certificates.
    ///   - root: HQ's root keys that the writer knows.
    ///   - recipient: nil: whoever can use it.
    ///   - milliseconds: since 1970.
    package init(
        by chain: [WireSignedCertificate], _ root: Roots, for recipient: (key: [UInt8], name: String)?,
        at milliseconds: Int64
    ) {
        self.init()
        self.chain = chain
        rotations = root.rotations.map(\.signed)
        createdAt = milliseconds
        if let recipient {
            self.recipient = Data(recipient.key)
            recipientName = recipient.name
        }
    }
}
