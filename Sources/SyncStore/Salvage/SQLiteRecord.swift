/// A value in a record of SQLite's.
enum SQLiteValue: Equatable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])
    /// No store of ours writes one.
    case real

    var integer: Int64? { if case .integer(let value) = self { value } else { nil } }
    var blob: [UInt8]? { if case .blob(let value) = self { value } else { nil } }
    var text: String? { if case .text(let value) = self { value } else { nil } }
}

/// Reads the bytes of a record; nil where they end too early.
struct SQLiteReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }

    /// Seven bits a byte, the first ones first; of a ninth byte all eight.
    mutating func varint() -> Int64? {
        var value: UInt64 = 0
        for index in 0..<9 {
            guard let byte = rest.popFirst() else { return nil }
            if index == 8 { return Int64(bitPattern: value << 8 | UInt64(byte)) }
            value = value << 7 | UInt64(byte & 0x7F)
            if byte < 0x80 { break }
        }
        return Int64(bitPattern: value)
    }

    mutating func integer(_ count: Int) -> SQLiteValue? {
        guard let bytes = bytes(count), let first = bytes.first else { return nil }
        let sign: Int64 = first >= 0x80 ? -1 : 0
        return .integer(bytes.reduce(sign) { $0 << 8 | Int64($1) })
    }

    /// The columns of a record.
    static func columns(_ record: [UInt8]) -> [SQLiteValue]? {
        var head = SQLiteReader(record[...])
        guard let headBytes = head.varint(), headBytes >= 1, headBytes <= record.count else { return nil }
        var types = SQLiteReader(record[0..<Int(headBytes)])
        _ = types.varint()
        var body = SQLiteReader(record[Int(headBytes)...])
        var columns: [SQLiteValue] = []
        while let type = types.varint() {
            guard let value = body.value(type) else { return nil }
            columns.append(value)
        }
        return columns
    }

    private mutating func value(_ type: Int64) -> SQLiteValue? {
        switch type {
        case 0: .null
        case 1...4: integer(Int(type))
        case 5: integer(6)
        case 6: integer(8)
        case 7: bytes(8).map { _ in .real }
        case 8: .integer(0)
        case 9: .integer(1)
        case 12...:
            bytes(Int(clamping: (type - 12) / 2)).map {
                type % 2 == 0 ? .blob(Array($0)) : .text(String(decoding: $0, as: UTF8.self))
            }
        default: nil
        }
    }
}
