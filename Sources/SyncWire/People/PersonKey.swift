package import SyncCore

/// The key under which what is personal about one person is sealed. Two replicas may each make one for the same
/// person; both are kept, and a sealed value names its own. When all of them are gone, the person is erased wherever the
/// values lie.
package struct PersonKey: Hashable, Sendable, CustomStringConvertible {
    package static let byteCount = 32

    /// The record that the person is.
    package let person: RecordID
    package let bytes: [UInt8]
    /// Of this key and this person: who offers the key for somebody else offers another one.
    package let id: UInt64
    private let sealing: [UInt8]

    /// - Parameter bytes: 32, from the system's randomness.
    package init(person: RecordID, bytes: [UInt8]) {
        precondition(bytes.count == Self.byteCount, "a person key has 32 bytes")
        (self.person, self.bytes) = (person, bytes)
        id = Hash.short(Array("fieldsync person v1\0".utf8) + person.bytes + bytes).0
        sealing = Hash.hmac(key: bytes, Array("fieldsync personal seal v1".utf8))
    }

    /// Without the bytes, so that no log line gives the key away.
    package var description: String { "PersonKey \(id)" }

    /// the nonce follows from the value and its place, so that the same value in the same field is the same sealed
    /// value, and no nonce serves two values.
    package func seal(_ value: Value, of record: RecordID, _ tag: FieldTag) -> Value {
        let place = Self.place(record, tag)
        var writer = WireWriter(reserving: 64)
        ValueCodec.write(value, to: &writer)
        let marked = Array("fieldsync personal nonce v1\0".utf8) + place + writer.bytes
        let nonce = Array(Hash.hmac(key: bytes, marked).prefix(Sealing.nonceBytes))
        return .sealed(
            key: id, content: Sealing.seal(writer.bytes, key: sealing, associated: place, nonce: nonce))
    }

    /// Nil when the content was not sealed under this key, for this field of this record.
    package func open(_ content: [UInt8], of record: RecordID, _ tag: FieldTag) -> Value? {
        guard let plain = Sealing.open(content, key: sealing, associated: Self.place(record, tag)) else { return nil }
        var reader = WireReader(plain)
        guard let value = try? ValueCodec.read(&reader), reader.peek == nil else { return nil }
        if case .sealed = value { return nil }
        return value
    }

    private static func place(_ record: RecordID, _ tag: FieldTag) -> [UInt8] {
        record.bytes + (0..<4).map { UInt8(truncatingIfNeeded: tag >> (24 - 8 * $0)) }
    }
}
