/// What a message's bytes must be like before it is decoded: how many pieces of what size, each in the
/// schema's wire type.
///
/// A decoder makes an object of a hundred bytes out of a message of two, so that pieces are counted first. And it takes
/// the last of two copies of a single field, passes over a number in another wire type and cuts one that is too great:
/// another reader may do otherwise, so that none of that is taken.
struct Shape: Sendable {
    struct Field: Sendable {
        enum Content: Sendable {
            /// A varint: a number, a flag or a word.
            case number(max: UInt64)
            case fixed64
            /// A text or byte string.
            case bytes(max: Int)
            case message(Shape)
        }

        let name: String
        let content: Content
        /// Nil: single.
        let listMax: Int?
    }

    let name: String
    /// By number; nil where the schema has none.
    private let fields: [Field?]

    init(_ name: String, _ fields: [Int: Field]) {
        self.name = name
        self.fields = (0...(fields.keys.max() ?? 0)).map { fields[$0] }
    }

    /// Reads over one message.
    func demand(_ reader: inout WireReader) throws(WireError) {
        var pieces = [Int](repeating: 0, count: fields.count)
        while reader.peek != nil {
            let (number, type) = try reader.anyKey()
            guard number < fields.count, let field = fields[number] else {
                // Nothing in it is looked at, so that nothing in it can be deep.
                try reader.passOver(type)
                continue
            }
            let place = Place(field: field, message: name)
            pieces[number] += try place.pieces(&reader, type, after: pieces[number])
        }
    }
}

extension Shape {
    /// A field that was met in a message.
    private struct Place {
        let field: Field
        let message: String

        /// How many pieces come in the next field.
        func pieces(
            _ reader: inout WireReader, _ type: WireReader.WireType, after before: Int
        ) throws(WireError) -> Int {
            try demandRoom(for: before + 1)
            switch (field.content, type) {
            case (.number(let max), .varint): try number(&reader, max)
            case (.fixed64, .fixed64): try reader.passOver(.fixed64)
            case (.bytes(let max), .bytes):
                guard try reader.skipBytes() <= max else { throw .tooLarge(what: what, limit: max) }
            case (.message(let shape), .bytes):
                try reader.nested { reader throws(WireError) in try shape.demand(&reader) }
            case (.number, .bytes) where field.listMax != nil, (.fixed64, .bytes) where field.listMax != nil:
                return try packed(&reader, after: before)
            default: throw reader.malformed("\(what) has another wire type")
            }
            return 1
        }

        private func packed(_ reader: inout WireReader, after before: Int) throws(WireError) -> Int {
            try reader.nested { reader throws(WireError) in
                var pieces = 0
                while reader.peek != nil {
                    pieces += 1
                    try demandRoom(for: before + pieces)
                    guard case .number(let max) = field.content else {
                        try reader.passOver(.fixed64)
                        continue
                    }
                    try number(&reader, max)
                }
                return pieces
            }
        }

        private func number(_ reader: inout WireReader, _ max: UInt64) throws(WireError) {
            guard try reader.varint() <= max else { throw reader.malformed("\(what) is greater than \(max)") }
        }

        private func demandRoom(for pieces: Int) throws(WireError) {
            guard pieces > field.listMax ?? 1 else { return }
            guard let limit = field.listMax else { throw .malformed("\(what) is repeated") }
            throw .tooLarge(what: what, limit: limit)
        }

        private var what: String { "\(field.name) of \(message)" }
    }
}

extension Shape.Field {
    static func uint32(_ name: String) -> Self { number(name, UInt64(UInt32.max)) }
    static func uint64(_ name: String) -> Self { number(name, .max) }
    static func int64(_ name: String) -> Self { number(name, .max) }
    static func bool(_ name: String) -> Self { number(name, 1) }
    static func word(_ name: String) -> Self { number(name, UInt64(Int32.max)) }
    static func fixed64(_ name: String) -> Self { Self(name: name, content: .fixed64, listMax: nil) }
    /// A text or byte string.
    static func bytes(_ name: String, max: Int = Limits.valueBytesMax) -> Self {
        Self(name: name, content: .bytes(max: max), listMax: nil)
    }
    static func message(_ name: String, _ shape: Shape) -> Self {
        Self(name: name, content: .message(shape), listMax: nil)
    }
    /// At most so many of a field that the schema repeats.
    static func list(_ max: Int, of field: Self) -> Self {
        Self(name: field.name, content: field.content, listMax: max)
    }

    private static func number(_ name: String, _ max: UInt64) -> Self {
        Self(name: name, content: .number(max: max), listMax: nil)
    }
}

extension WireReader {
    /// The next key, whatever it is; groups (wire types 3 and 4) are none.
    fileprivate mutating func anyKey() throws(WireError) -> (number: Int, type: WireType) {
        let key = try varint()
        guard 1..<(1 << 29) ~= key >> 3, let type = WireType(rawValue: UInt8(key & 7)) else {
            throw malformed("no field")
        }
        return (Int(key >> 3), type)
    }

    /// Passes over a field's content of any length.
    fileprivate mutating func passOver(_ type: WireType) throws(WireError) {
        if type == .bytes { _ = try skipBytes() } else { try skip(type) }
    }
}
