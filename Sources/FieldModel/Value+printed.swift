package import SyncCore

extension Value {
    /// The form that `ValueText.parse` reads; a reference as its full id.
    package var printed: String {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .decimal(let unscaled, let scale): ValueText.decimalText(unscaled: unscaled, scale: Int(scale))
        case .bool(let flag): flag ? "true" : "false"
        case .instant(let milliseconds, let offset): Instant(milliseconds: milliseconds, offsetMinutes: offset).text
        case .date(let days): CivilDate(days: Int(days))?.text ?? "@\(days)"
        case .money(let minor, let currency):
            ValueText.decimalText(unscaled: minor, scale: Currency.decimals(of: currency)) + currency
        case .reference(let id): id.description
        case .known: "deleted"
        case .sealed: ""
        case .opaque(let kind, let bytes): "#\(kind):\(Hex.digits(bytes))"
        }
    }
}
