/// How many of each field a message may have. A decoder makes an object of a hundred bytes out of a message of two,
/// so that pieces are counted before anything is decoded.
struct Shape: Sendable {
    struct Field: Sendable {
        let name: String
        let countMax: Int
        let bytesMax: Int
        let shape: Shape?
    }

    let name: String
    /// Others are single; a single field that is repeated is refused, for two readers might take different ones.
    let fields: [UInt64: Field]

    init(_ name: String, _ fields: [UInt64: Field] = [:]) {
        self.name = name
        self.fields = fields
    }

    /// Reads over one message.
    func demand(_ reader: inout WireReader) throws(WireError) {
        var counts: [UInt64: Int] = [:]
        while reader.peek != nil {
            let (number, type) = try reader.anyKey()
            let field = fields[number]
            counts[number, default: 0] += 1
            try demand(counts[number] ?? 1, of: field, number)
            guard type == .bytes, let field else {
                try reader.skip(type)
                continue
            }
            try demandContent(&reader, field)
        }
    }

    private func demand(_ count: Int, of field: Field?, _ number: UInt64) throws(WireError) {
        guard count > (field?.countMax ?? 1) else { return }
        guard let field, field.countMax > 1 else { throw .malformed("field \(number) of \(name) is repeated") }
        throw .tooLarge(what: "\(field.name) of \(name)", limit: field.countMax)
    }

    private func demandContent(_ reader: inout WireReader, _ field: Field) throws(WireError) {
        guard let shape = field.shape else {
            guard try reader.skipBytes() <= field.bytesMax else {
                throw .tooLarge(what: "\(field.name) of \(name)", limit: field.bytesMax)
            }
            return
        }
        try reader.nested { reader throws(WireError) in try shape.demand(&reader) }
    }
}

extension Shape.Field {
    /// One text or byte string.
    static func one(_ name: String, bytes: Int) -> Self { Self(name: name, countMax: 1, bytesMax: bytes, shape: nil) }
    static func many(_ name: String, _ count: Int, bytes: Int) -> Self {
        Self(name: name, countMax: count, bytesMax: bytes, shape: nil)
    }
    static func many(_ name: String, _ count: Int, _ shape: Shape) -> Self {
        Self(name: name, countMax: count, bytesMax: .max, shape: shape)
    }
    static func one(_ name: String, _ shape: Shape) -> Self { many(name, 1, shape) }
}

extension WireReader {
    /// The next key, whatever it is.
    fileprivate mutating func anyKey() throws(WireError) -> (number: UInt64, type: WireType) {
        let key = try varint()
        guard key >> 3 > 0, let type = WireType(rawValue: UInt8(key & 7)) else { throw malformed("no field") }
        return (key >> 3, type)
    }
}
