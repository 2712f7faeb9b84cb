import SyncCore

/// Fields that are left out when they have their default; R-20 forbids to send a default.
extension WireReader {
    /// 0 when the field is not there.
    @inline(__always)
    mutating func number(_ field: UInt8, max: UInt64) throws(WireError) -> UInt64 {
        guard take(field, .varint) else { return 0 }
        let value = try varint()
        guard value != 0 else { throw malformed("a default was sent") }
        guard value <= max else { throw malformed("a number is greater than \(max)") }
        return value
    }

    @inline(__always)
    mutating func number32(_ field: UInt8) throws(WireError) -> UInt32 {
        UInt32(try number(field, max: UInt64(UInt32.max)))
    }

    /// A signed number in zigzag form; 0 when the field is not there.
    mutating func signed(_ field: UInt8) throws(WireError) -> Int64 {
        Zigzag.decode(try number(field, max: .max))
    }

    mutating func flag(_ field: UInt8) throws(WireError) -> Bool {
        try number(field, max: 1) == 1
    }

    mutating func fixed(_ field: UInt8) throws(WireError) -> UInt64 {
        guard take(field, .fixed64) else { return 0 }
        let value = try littleEndian64()
        guard value != 0 else { throw malformed("a default was sent") }
        return value
    }

    /// Nil when the field is not there.
    mutating func optionalID(_ field: UInt8) throws(WireError) -> RecordID? {
        take(field, .bytes) ? try id() : nil
    }

    mutating func requiredID(_ field: UInt8) throws(WireError) -> RecordID {
        guard take(field, .bytes) else { throw malformed("an id is missing") }
        return try id()
    }

    /// 32 bytes, or nil when the field is not there.
    mutating func optionalHash(_ field: UInt8) throws(WireError) -> [UInt8]? {
        guard take(field, .bytes) else { return nil }
        let hash = try blob()
        guard hash.count == 32 else { throw malformed("a hash is not 32 bytes") }
        return hash
    }

    /// A packed list; not there when it is empty.
    @inline(__always)
    mutating func packed(
        _ field: UInt8, _ read: (inout WireReader) throws(WireError) -> Void
    ) throws(WireError) {
        guard take(field, .bytes) else { return }
        try nested { reader throws(WireError) in
            guard reader.peek != nil else { throw reader.malformed("a default was sent") }
            while reader.peek != nil { try read(&reader) }
        }
    }
}

/// Signed numbers as protobuf's `sint32` and `sint64` have them: small whatever their sign.
enum Zigzag {
    static func encode(_ value: Int64) -> UInt64 { UInt64(bitPattern: value << 1 ^ value >> 63) }
    static func decode(_ value: UInt64) -> Int64 { Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
}
