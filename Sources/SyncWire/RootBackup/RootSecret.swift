package import SyncCore

/// What makes a machine the headquarters of an organisation, whatever else of it is lost: the root key, the secret of the
/// certificate authority, and who HQ is.
package struct RootSecret: Hashable, Sendable, CustomStringConvertible {
    package let key: SigningKey
    /// Of the certificate authority, 32 bytes.
    package let authority: [UInt8]
    /// HQ's record.
    package let record: RecordID
    package let organisation: String

    package init(key: SigningKey, authority: [UInt8], record: RecordID, organisation: String) {
        precondition(authority.count == TLSAuthority.secretBytes, "an authority's secret has 32 bytes")
        (self.key, self.authority, self.record, self.organisation) = (key, authority, record, organisation)
    }

    package static func == (one: RootSecret, other: RootSecret) -> Bool { one.bytes == other.bytes }
    package func hash(into hasher: inout Hasher) { hasher.combine(bytes) }

    /// Without the keys, so that no log line gives them away.
    package var description: String { "RootSecret \(fingerprint)" }

    package var fingerprint: String { Self.fingerprint(of: key.publicKey) }

    /// 32 hexadecimal digits in groups of four, by which people tell root keys apart.
    package static func fingerprint(of root: PublicKey) -> String {
        let digits = Array(Hex.digits(Array(Hash.sha256(root.bytes).prefix(16))))
        return stride(from: 0, to: digits.count, by: 4).map { String(digits[$0..<$0 + 4]) }.joined(separator: " ")
    }
}

/// A version, the keys, the record, the name, and four bytes that check them.
extension RootSecret {
    private static let version: UInt8 = 1
    private static let checkBytes = 4
    private static let fixedBytes = 1 + SigningKey.seedBytes + TLSAuthority.secretBytes + 16 + checkBytes

    package var bytes: [UInt8] {
        let content = [Self.version] + key.seed + authority + record.bytes + Array(organisation.utf8)
        return content + Self.check(content)
    }

    /// Nil for bytes that are no root's, or not all of them as they were.
    package init?(bytes: [UInt8]) {
        let content = bytes.dropLast(Self.checkBytes)
        guard bytes.count > Self.fixedBytes, bytes.count <= Self.fixedBytes + Limits.nameBytesMax,
            bytes[0] == Self.version, Self.check(content) == Array(bytes.suffix(Self.checkBytes)),
            let name = String(validating: content.dropFirst(Self.fixedBytes - Self.checkBytes), as: UTF8.self),
            let record = RecordID(bytes: Array(bytes[65..<81]))
        else { return nil }
        self.init(
            key: SigningKey(seed: Array(bytes[1..<33])), authority: Array(bytes[33..<65]), record: record,
            organisation: name)
    }

    private static func check(_ content: some Collection<UInt8>) -> [UInt8] {
        Array(Hash.sha256(Array("fieldsync root backup 1".utf8), Array(content)).prefix(checkBytes))
    }
}
