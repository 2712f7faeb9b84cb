package import SyncCore

/// The one form of a record's state, over which its hash is taken and by which states are compared.
package enum RecordStateCodec {
    package static func encode(type: TypeTag, id: RecordID, state: RecordState) -> [UInt8] {
        var writer = WireWriter(reserving: 256)
        write(type: type, id: id, state: state, to: &writer)
        return writer.bytes
    }

    /// The first 16 bytes of the SHA-256 of the state's bytes, big-endian.
    package static func hash(type: TypeTag, id: RecordID, state: RecordState) -> UInt128 {
        hash(of: encode(type: type, id: id, state: state))
    }

    /// The same for a state that is already encoded.
    package static func hash(of bytes: [UInt8]) -> UInt128 {
        let (high, low) = Hash.short(bytes)
        return UInt128(high) << 64 | UInt128(low)
    }

    package static func decode(
        _ bytes: [UInt8]
    ) throws(WireError) -> (type: TypeTag, id: RecordID, state: RecordState) {
        guard bytes.count <= Limits.recordStateBytesMax else {
            throw .tooLarge(what: "a record's state", limit: Limits.recordStateBytesMax)
        }
        var reader = WireReader(bytes)
        return try read(&reader)
    }

    /// Nil where the bytes do not begin as a state's do.
    package static func type(of bytes: [UInt8]) -> TypeTag? {
        var reader = WireReader(bytes)
        guard (try? reader.requiredID(1)) != nil else { return nil }
        return try? reader.number32(2)
    }
}
