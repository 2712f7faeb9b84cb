import SyncCore

/// The device's signing key as it lies on the disk: sealed with AES-256-GCM under the replica's data key.
package struct DeviceKey: Hashable, Sendable {
    let sealed: [UInt8]

    package static func seal(_ key: SigningKey, under data: DataKey) -> DeviceKey {
        let nonce = Entropy.bytes(Sealing.nonceBytes)
        return DeviceKey(
            sealed: Sealing.seal(
                key.seed, key: data.key(for: .device), associated: Array(header.utf8), nonce: nonce))
    }

    /// Nil under other keys.
    package func open(under data: DataKeys) -> SigningKey? {
        for key in data.all {
            let seed = Sealing.open(sealed, key: key.key(for: .device), associated: Array(Self.header.utf8))
            if let seed, seed.count == SigningKey.seedBytes { return SigningKey(seed: seed) }
        }
        return nil
    }
}

/// Two lines: what it is, the sealed bytes.
extension DeviceKey {
    private static let header = "fieldsync device key 2"

    package var text: String { "\(Self.header)\n\(Hex.digits(sealed))\n" }

    /// Nil for a text that is no sealed key.
    package init?(text: String) {
        let lines = text.split(separator: "\n").map(String.init)
        guard lines.count == 2, lines[0] == Self.header, let sealed = Hex.bytes(lines[1]) else { return nil }
        self.init(sealed: sealed)
    }
}
