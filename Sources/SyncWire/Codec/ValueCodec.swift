import SyncCore

/// Values as fields 2 to 14 of `FieldWrite` and `FieldValue`.
enum ValueCodec {
    /// Kinds of value that a later version may add; kept and relayed as they came.
    private static let reserved: ClosedRange<UInt8> = 12...14

    static func write(_ value: Value, to writer: inout WireWriter) {
        switch value {
        case .text(let text): writer.blob(2, text.utf8)
        case .integer(let integer): write(3, Zigzag.encode(integer), to: &writer)
        case .decimal(let unscaled, let scale):
            writer.message(4) {
                $0.signed(1, unscaled)
                $0.number(2, UInt64(scale))
            }
        case .bool(let bool): write(5, bool ? 1 : 0, to: &writer)
        case .instant(let milliseconds, let offsetMinutes):
            writer.message(6) {
                $0.signed(1, milliseconds)
                $0.signed(2, Int64(offsetMinutes))
            }
        case .date(let days): write(7, Zigzag.encode(Int64(days)), to: &writer)
        case .money(let minor, let currency):
            writer.message(8) {
                $0.signed(1, minor)
                $0.blob(2, currency.utf8)
            }
        case .reference(let id): writer.id(9, id)
        case .known(let dots): writer.message(10) { write(dots, to: &$0) }
        case .sealed(let key, let content):
            writer.message(11) {
                $0.fixed(1, key)
                $0.blob(2, content)
            }
        case .opaque(_, let bytes): writer.raw(bytes)
        }
    }

    /// Which kind of value it is stands in the key, so that the content is sent even when it is 0.
    private static func write(_ field: UInt8, _ content: UInt64, to writer: inout WireWriter) {
        writer.key(field, .varint)
        writer.varint(content)
    }

    private static func write(_ dots: KnownDots, to writer: inout WireWriter) {
        for run in dots.runs {
            writer.message(1) {
                $0.fixed(1, run.replica.raw)
                $0.number(2, run.first)
                $0.number(3, run.last)
            }
        }
    }

    /// The value in the next field; nil when the next field is none.
    static func read(_ reader: inout WireReader) throws(WireError) -> Value? {
        if reader.take(2, .bytes) { return .text(try reader.text(max: Limits.valueBytesMax)) }
        if reader.take(3, .varint) { return .integer(Zigzag.decode(try reader.varint())) }
        if reader.take(4, .bytes) { return try reader.nested(decimal) }
        if reader.take(5, .varint) { return try bool(&reader) }
        if reader.take(6, .bytes) { return try reader.nested(instant) }
        if reader.take(7, .varint) { return try date(&reader) }
        if reader.take(8, .bytes) { return try reader.nested(money) }
        if reader.take(9, .bytes) { return .reference(try reader.id()) }
        if reader.take(10, .bytes) { return .known(try reader.nested(max: Limits.valueBytesMax, dots)) }
        if reader.take(11, .bytes) { return try reader.nested(sealed) }
        return try opaque(&reader)
    }

    private static func sealed(_ reader: inout WireReader) throws(WireError) -> Value {
        let key = try reader.fixed(1)
        let content = reader.take(2, .bytes) ? try reader.blob(max: Limits.sealedValueBytesMax) : []
        try reader.finish("Sealed", last: 2)
        guard content.count > Sealing.overheadBytes else { throw reader.malformed("a sealed value is too short") }
        return .sealed(key: key, content: content)
    }

    private static func decimal(_ reader: inout WireReader) throws(WireError) -> Value {
        let unscaled = try reader.signed(1)
        let scale = try reader.number(2, max: UInt64(Limits.decimalScaleMax))
        try reader.finish("Decimal", last: 2)
        return .decimal(unscaled: unscaled, scale: UInt8(scale))
    }

    private static func bool(_ reader: inout WireReader) throws(WireError) -> Value {
        let value = try reader.varint()
        guard value <= 1 else { throw reader.malformed("a truth value is neither 0 nor 1") }
        return .bool(value == 1)
    }

    private static func instant(_ reader: inout WireReader) throws(WireError) -> Value {
        let milliseconds = try reader.signed(1)
        let offset = try reader.signed(2)
        try reader.finish("Instant", last: 2)
        guard Limits.instantMilliseconds.contains(milliseconds), offset.magnitude <= Limits.offsetMinutesMax else {
            throw reader.malformed("an instant is out of range")
        }
        return .instant(milliseconds: milliseconds, offsetMinutes: Int16(offset))
    }

    private static func date(_ reader: inout WireReader) throws(WireError) -> Value {
        guard let days = Int32(exactly: Zigzag.decode(try reader.varint())), Limits.dateDays.contains(days) else {
            throw reader.malformed("a date is out of range")
        }
        return .date(days: days)
    }

    private static func money(_ reader: inout WireReader) throws(WireError) -> Value {
        let minor = try reader.signed(1)
        let currency = reader.take(2, .bytes) ? try reader.blob(max: 3) : []
        try reader.finish("Money", last: 2)
        guard currency.count == 3, currency.allSatisfy({ UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }) else {
            throw reader.malformed("a currency is not three capital letters")
        }
        return .money(minor: minor, currency: String(decoding: currency, as: UTF8.self))
    }

    private static func dots(_ reader: inout WireReader) throws(WireError) -> KnownDots {
        var runs: [KnownDots.Run] = []
        while let run = try reader.message(1, run) {
            if let previous = runs.last { try reader.demand(run, follows: previous) }
            runs.append(run)
        }
        try reader.finish("KnownDots", last: 1)
        return KnownDots(runs: runs)
    }

    private static func run(_ reader: inout WireReader) throws(WireError) -> KnownDots.Run {
        let replica = ReplicaID(try reader.fixed(1))
        let first = try reader.number(2, max: Limits.dotNumberMax)
        let last = try reader.number(3, max: Limits.dotNumberMax)
        try reader.finish("DotRun", last: 3)
        return try reader.run(replica, first, last)
    }

    /// The bytes are kept from the key on.
    private static func opaque(_ reader: inout WireReader) throws(WireError) -> Value? {
        guard let key = reader.peek, reserved.contains(key >> 3), let type = WireReader.WireType(rawValue: key & 7)
        else {
            return nil
        }
        let start = reader.index
        _ = reader.take(key >> 3, type)
        try reader.skip(type)
        return .opaque(kind: UInt32(key >> 3), bytes: Array(reader.bytes[start..<reader.index]))
    }
}
