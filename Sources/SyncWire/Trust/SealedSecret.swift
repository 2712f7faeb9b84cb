import SyncCore

/// A key as it lies beside a replica's database: sealed with AES-256-GCM under the replica's data key.
package struct SealedSecret: Hashable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// The seed of a device's signing key.
        case device = "fieldsync device key 2"
        /// The seed of a node's signing key, at HQ the root key.
        case node = "fieldsync node key 1"
        /// PEM, of the certificate that a node shows.
        case tls = "fieldsync tls key 1"
        /// PEM, of the organisation's certificate authority.
        case authority = "fieldsync authority key 1"

        fileprivate var purpose: DataKey.Purpose { self == .device ? .device : .node }
    }

    private let kind: Kind
    private let sealed: [UInt8]

    package static func seal(_ secret: [UInt8], _ kind: Kind, under data: DataKey) -> SealedSecret {
        let sealed = Sealing.seal(
            secret, key: data.key(for: kind.purpose), associated: associated(kind),
            nonce: Entropy.bytes(Sealing.nonceBytes))
        return SealedSecret(kind: kind, sealed: sealed)
    }

    /// Nil under other keys.
    package func open(under data: DataKeys) -> [UInt8]? {
        for key in data.all {
            if let secret = Sealing.open(sealed, key: key.key(for: kind.purpose), associated: Self.associated(kind)) {
                return secret
            }
        }
        return nil
    }

    private static func associated(_ kind: Kind) -> [UInt8] { Array(kind.rawValue.utf8) }
}

/// Two lines: what it is, the sealed bytes.
extension SealedSecret {
    package var text: String { "\(kind.rawValue)\n\(Hex.digits(sealed))\n" }

    /// Nil for a text that is no sealed key of this kind.
    package init?(text: String, _ kind: Kind) {
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.count == 2, lines[0] == kind.rawValue, let sealed = Hex.bytes(lines[1]) else { return nil }
        (self.kind, self.sealed) = (kind, sealed)
    }
}

extension SigningKey {
    /// Nil where the seed does not open, or is none.
    package init?(_ sealed: SealedSecret?, under data: DataKeys) {
        guard let seed = sealed?.open(under: data), seed.count == Self.seedBytes else { return nil }
        self.init(seed: seed)
    }
}
