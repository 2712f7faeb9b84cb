import SyncCore

/// Writes protobuf in the one form that R-20 allows: the caller names the fields in ascending order, and a default is
/// left out.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    init(reserving count: Int) { bytes.reserveCapacity(count) }

    @inline(__always)
    mutating func key(_ field: UInt8, _ type: WireReader.WireType) { bytes.append(field << 3 | type.rawValue) }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func littleEndian64(_ value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func number(_ field: UInt8, _ value: UInt64) {
        if value == 0 { return }
        key(field, .varint)
        varint(value)
    }

    mutating func signed(_ field: UInt8, _ value: Int64) { number(field, Zigzag.encode(value)) }

    mutating func flag(_ field: UInt8, _ value: Bool) { number(field, value ? 1 : 0) }

    mutating func fixed(_ field: UInt8, _ value: UInt64) {
        if value == 0 { return }
        key(field, .fixed64)
        littleEndian64(value)
    }

    mutating func id(_ field: UInt8, _ id: RecordID) {
        key(field, .bytes)
        bytes.append(16)
        withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { bytes.append(contentsOf: $0) }
    }

    /// Sent even when empty.
    mutating func blob(_ field: UInt8, _ content: some Collection<UInt8>) {
        key(field, .bytes)
        varint(UInt64(content.count))
        bytes.append(contentsOf: content)
    }

    /// Bytes that are already in their wire form.
    mutating func raw(_ content: [UInt8]) { bytes.append(contentsOf: content) }

    /// A message of its own, sent even when empty.
    @inline(__always)
    mutating func message(_ field: UInt8, _ write: (inout WireWriter) -> Void) {
        key(field, .bytes)
        let start = bytes.count
        bytes.append(0)
        write(&self)
        let count = UInt64(bytes.count - start - 1)
        if count < 0x80 { bytes[start] = UInt8(count) } else { insert(length: count, at: start) }
    }

    /// Nearly all messages are shorter than 128 bytes; the others are moved once to make room for their length.
    private mutating func insert(length: UInt64, at start: Int) {
        var header = WireWriter(reserving: 10)
        header.varint(length)
        bytes.replaceSubrange(start...start, with: header.bytes)
    }
}
