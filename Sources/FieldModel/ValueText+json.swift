package import SyncCore

extension ValueText {
    /// Reads a value of `type` from the JSON that `Value.json` writes. What travels as a string is read as on the
    /// command line.
    ///
    /// - Throws: `ValueError`, or what `reference` throws.
    package static func parse(
        _ json: JSONValue, as type: ValueType, reference: (String, TypeTag?) throws -> RecordID
    ) throws -> Value {
        switch (type, json) {
        case (.integer, .integer(let number)): .integer(number)
        case (.bool, .bool(let flag)): .bool(flag)
        case (.money, .object): try money(json)
        case (.text, .string(let text)), (.decimal, .string(let text)), (.instant, .string(let text)),
            (.date, .string(let text)), (.reference, .string(let text)):
            try parse(text, as: type, reference: reference)
        default:
            throw ValueError(
                .malformed, expected: Words("a JSON value of the field's type", "符合字段类型的 JSON 值"),
                example: type.jsonExample)
        }
    }

    private static func money(_ json: JSONValue) throws(ValueError) -> Value {
        guard case .integer(let minor)? = json["minor"], case .string(let currency)? = json["currency"],
            Currency.isCode(currency)
        else {
            throw ValueError(
                .malformed, expected: Words("minor units and a currency", "最小货币单位和货币代码"),
                example: ValueType.money.jsonExample)
        }
        return .money(minor: minor, currency: currency)
    }
}

extension ValueType {
    fileprivate var jsonExample: String {
        switch self {
        case .integer: "42"
        case .bool: "true"
        case .decimal: "\"2.50\""
        case .money: "{\"minor\":18305,\"currency\":\"AUD\"}"
        case .instant: "\"2026-11-22T14:05:00+08:00\""
        case .date: "\"2026-11-22\""
        case .text, .reference, .known: "\"…\""
        }
    }
}
