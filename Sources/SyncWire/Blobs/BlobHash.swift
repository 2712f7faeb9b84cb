import SyncCore

/// The SHA-256 of an attachment's bytes, which is their name everywhere.
package struct BlobHash: Hashable, Sendable, CustomStringConvertible {
    package static let bytesCount = 32

    package let bytes: [UInt8]

    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.bytesCount else { return nil }
        self.bytes = bytes
    }

    /// 64 lower-case hexadecimal digits; nil for anything else, so that the same bytes have one name.
    package init?(text: String) {
        guard let bytes = Hex.bytes(text), Hex.digits(bytes) == text else { return nil }
        self.init(bytes: bytes)
    }

    package var description: String { Hex.digits(bytes) }
}
