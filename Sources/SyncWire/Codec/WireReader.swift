import SyncCore

/// Reads one protobuf message strictly: fields in ascending order, each in the only form that R-20 allows.
///
/// Nothing is believed before it is there: every read stays within the message, and nothing is reserved for a count
/// that was only claimed. Asking for a field in its turn is the whole of the reader's use; `finish` finds the rest.
struct WireReader {
    enum WireType: UInt8 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
        case fixed32 = 5
    }

    let bytes: [UInt8]
    private(set) var index = 0
    private var end: Int

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        end = bytes.count
    }

    /// The next byte without taking it; nil at the end of the message.
    var peek: UInt8? { index < end ? bytes[index] : nil }

    /// Whether the next field is this one, whose key is then taken. Field numbers are at most 15: a key is one byte.
    @inline(__always)
    mutating func take(_ field: UInt8, _ type: WireType) -> Bool {
        guard index < end, bytes[index] == field << 3 | type.rawValue else { return false }
        index += 1
        return true
    }

    /// At most ten bytes, and no byte more than the number needs.
    @inline(__always)
    mutating func varint() throws(WireError) -> UInt64 {
        if index < end, bytes[index] < 0x80 {
            index += 1
            return UInt64(bytes[index - 1])
        }
        return try longVarint()
    }

    private mutating func longVarint() throws(WireError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 63, by: 7) {
            guard index < end else { throw malformed("a number is cut short") }
            let byte = bytes[index]
            index += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 {
                // The tenth byte has room for one bit; a last byte of zero adds nothing.
                guard byte != 0, shift < 63 || byte == 1 else {
                    throw malformed("a number is not in its shortest form")
                }
                return value
            }
        }
        throw malformed("a number is longer than 10 bytes")
    }

    mutating func littleEndian64() throws(WireError) -> UInt64 {
        UInt64(littleEndian: try word())
    }

    private mutating func bigEndian64() throws(WireError) -> UInt64 {
        UInt64(bigEndian: try word())
    }

    private mutating func word() throws(WireError) -> UInt64 {
        guard end - index >= 8 else { throw malformed("8 bytes are cut short") }
        defer { index += 8 }
        return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index, as: UInt64.self) }
    }

    /// 16 bytes that a length of 16 announces.
    mutating func id() throws(WireError) -> RecordID {
        guard try count() == 16 else { throw malformed("an id is not 16 bytes") }
        return RecordID(high: try bigEndian64(), low: try bigEndian64())
    }

    /// A length, as far as there are so many bytes.
    mutating func count(max: Int = .max) throws(WireError) -> Int {
        let claimed = try varint()
        guard claimed <= UInt64(end - index) else { throw malformed("a field is longer than its message") }
        guard claimed <= UInt64(max) else { throw .tooLarge(what: "a value", limit: max) }
        return Int(claimed)
    }

    mutating func blob(max: Int = .max) throws(WireError) -> [UInt8] {
        let count = try count(max: max)
        defer { index += count }
        return Array(bytes[index..<index + count])
    }

    mutating func text(max: Int) throws(WireError) -> String {
        let count = try count(max: max)
        let text = bytes.withUnsafeBufferPointer {
            String(validating: UnsafeBufferPointer(rebasing: $0[index..<index + count]), as: UTF8.self)
        }
        guard let text else { throw malformed("a text is not UTF-8") }
        index += count
        return text
    }

    /// Passes over a field's content, whatever it is; for kinds of value that this version does not know.
    mutating func skip(_ type: WireType) throws(WireError) {
        switch type {
        case .varint: _ = try varint()
        case .fixed64: try advance(8)
        case .bytes: try advance(try count(max: Limits.valueBytesMax))
        case .fixed32: try advance(4)
        }
    }

    /// Passes over a byte string; how many bytes it had.
    mutating func skipBytes() throws(WireError) -> Int {
        let count = try count()
        try advance(count)
        return count
    }

    private mutating func advance(_ count: Int) throws(WireError) {
        guard end - index >= count else { throw malformed("a field is cut short") }
        index += count
    }

    /// The message in the next field, if the next field is this one. `read` takes all of it and ends with `finish`.
    @inline(__always)
    mutating func message<Content>(
        _ field: UInt8, max: Int = .max, _ read: (inout WireReader) throws(WireError) -> Content
    ) throws(WireError) -> Content? {
        guard take(field, .bytes) else { return nil }
        return try nested(max: max, read)
    }

    /// The same when the key has been taken.
    @inline(__always)
    mutating func nested<Content>(
        max: Int = .max, _ read: (inout WireReader) throws(WireError) -> Content
    ) throws(WireError) -> Content {
        let count = try count(max: max)
        let outer = end
        end = index + count
        let content = try read(&self)
        end = outer
        return content
    }

    /// The message ends here. What follows is a field of a later version, or is repeated, out of order or mistyped.
    /// - Parameter last: the highest field number that the message has.
    mutating func finish(_ message: StaticString, last: UInt64) throws(WireError) {
        guard index < end else { return }
        let key = try varint()
        guard key >> 3 <= last else { throw .upgradeRequired("field \(key >> 3) of \(message) at byte \(index)") }
        throw malformed("field \(key >> 3) of \(message) is repeated, out of order or of another type")
    }

    func malformed(_ what: String) -> WireError { .malformed("\(what), at byte \(index)") }
}
