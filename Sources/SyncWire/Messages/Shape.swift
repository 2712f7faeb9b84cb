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
        /// Whether that counts the pieces of all lists of this name in a message.
        let isCountedInAll: Bool

        fileprivate init(name: String, content: Content, listMax: Int? = nil, isCountedInAll: Bool = false) {
            self.name = name
            self.content = content
            self.listMax = listMax
            self.isCountedInAll = isCountedInAll
        }
    }

    /// What was met so far of a message and its parts.
    struct Count {
        /// Of all lists.
        fileprivate(set) var pieces = 0
        fileprivate var inAll: [String: Int] = [:]
    }

    let name: String
    /// By number; nil where the schema has none.
    private let fields: [Field?]

    init(_ name: String, _ fields: [Int: Field]) {
        self.name = name
        self.fields = (0...(fields.keys.max() ?? 0)).map { fields[$0] }
    }

    /// Reads over one message, or a part of one.
    func demand(_ reader: inout WireReader, _ count: inout Count) throws(WireError) {
        var pieces = [Int](repeating: 0, count: fields.count)
        while reader.peek != nil {
            let (number, type) = try reader.anyKey()
            guard number < fields.count, let field = fields[number] else {
                // Nothing in it is looked at, so that nothing in it can be deep.
                try reader.passOver(type)
                continue
            }
            let place = Place(field: field, message: name)
            let before = field.isCountedInAll ? count.inAll[field.name, default: 0] : pieces[number]
            let new = try place.pieces(&reader, type, after: before, &count)
            pieces[number] += new
            if field.isCountedInAll { count.inAll[field.name] = before + new }
            if field.listMax != nil { try count.add(new) }
        }
    }
}

extension Shape.Count {
    fileprivate mutating func add(_ new: Int) throws(WireError) {
        pieces += new
        guard pieces <= Limits.piecesPerMessageMax else {
            throw .tooLarge(what: "pieces of a message", limit: Limits.piecesPerMessageMax)
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
            _ reader: inout WireReader, _ type: WireReader.WireType, after before: Int, _ count: inout Shape.Count
        ) throws(WireError) -> Int {
            try demandRoom(for: before + 1)
            switch (field.content, type) {
            case (.number(let max), .varint): try number(&reader, max)
            case (.fixed64, .fixed64): try reader.passOver(.fixed64)
            case (.bytes(let max), .bytes):
                guard try reader.skipBytes() <= max else { throw .tooLarge(what: what, limit: max) }
            case (.message(let shape), .bytes):
                try reader.nested { reader throws(WireError) in try shape.demand(&reader, &count) }
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
    static func fixed64(_ name: String) -> Self { Self(name: name, content: .fixed64) }
    /// A text or byte string.
    static func bytes(_ name: String, max: Int = Limits.valueBytesMax) -> Self {
        Self(name: name, content: .bytes(max: max))
    }
    static func message(_ name: String, _ shape: Shape) -> Self {
        Self(name: name, content: .message(shape))
    }
    /// At most so many of a field that the schema repeats.
    /// - Parameter inAll: in all lists of this name in the message.
    static func list(_ max: Int, inAll: Bool = false, of field: Self) -> Self {
        Self(name: field.name, content: field.content, listMax: max, isCountedInAll: inAll)
    }

    private static func number(_ name: String, _ max: UInt64) -> Self {
        Self(name: name, content: .number(max: max))
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
