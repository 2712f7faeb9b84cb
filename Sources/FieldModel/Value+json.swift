package import SyncCore

extension Value {
    /// The value in JSON: a decimal as a string with its scale, money as minor units and currency, an instant in the
    /// zone as entered, a reference as the full id. What a deleter knew is a clock and stays out: null; so
    /// is what is personal and cannot be read here.
    package var json: JSONValue {
        switch self {
        case .integer(let number): .integer(number)
        case .bool(let flag): .bool(flag)
        case .money(let minor, let currency):
            .object([("minor", .integer(minor)), ("currency", .string(currency))])
        case .known, .sealed: .null
        case .opaque(let kind, let bytes):
            .object([("kind", .integer(Int64(kind))), ("bytes", .string(Hex.digits(bytes)))])
        case .text, .decimal, .instant, .date, .reference: .string(printed)
        }
    }
}
