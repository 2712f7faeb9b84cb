/// The 32 random bytes under which a replica's files are sealed. Each kind of file has a key of its own that follows from
/// them, so that nothing sealed for one place opens in another.
package struct DataKey: Hashable, Sendable, CustomStringConvertible {
    package enum Purpose: String, CaseIterable, Sendable {
        /// Of the database.
        case pages
        /// What a node keeps for its next backup.
        case archive
        /// A device's unsent change sets beside its database.
        case journal
        case attachments
        /// The device's signing key.
        case device
        /// A node's keys beside its database.
        case node
    }

    package static let byteCount = 32
    let bytes: [UInt8]

    /// - Parameter bytes: 32, from the system's randomness.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "a data key has 32 bytes")
        self.bytes = bytes
    }

    /// Without the bytes, so that no log line gives the key away.
    package var description: String { "DataKey" }

    package static func random() -> DataKey { DataKey(bytes: Entropy.bytes(byteCount)) }

    package func key(for purpose: Purpose) -> [UInt8] {
        Hash.hmac(key: bytes, Array("fieldsync \(purpose.rawValue) 1".utf8))
    }
}

/// A replica's data keys: new files are sealed under the first; the others open what was sealed before the last rotation.
package struct DataKeys: Hashable, Sendable {
    package let current: DataKey
    package let older: [DataKey]

    package init(_ current: DataKey, older: [DataKey] = []) { (self.current, self.older) = (current, older) }

    package var all: [DataKey] { [current] + older }

    /// Those that open what was sealed until now, before a new one.
    package func rotated(to new: DataKey) -> DataKeys { DataKeys(new, older: all) }

    package var bytes: [UInt8] { all.flatMap(\.bytes) }

    /// Nil where the bytes are no whole number of keys, or none.
    package init?(bytes: [UInt8]) {
        guard !bytes.isEmpty, bytes.count % DataKey.byteCount == 0 else { return nil }
        let keys = stride(from: 0, to: bytes.count, by: DataKey.byteCount).map {
            DataKey(bytes: Array(bytes[$0..<$0 + DataKey.byteCount]))
        }
        self.init(keys[0], older: Array(keys.dropFirst()))
    }
}
