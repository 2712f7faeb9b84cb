import SyncCore

/// What values of the right type a field can still not hold.
enum ValueRange {
    static func holds(_ value: Value, _ field: FieldDeclaration) -> Bool {
        switch value {
        case .text(let text): holds(text, field)
        case .integer(let number): holds(number, field.name)
        case .decimal(let unscaled, let scale): holds(unscaled, scale, field.name)
        case .date(let days): CivilDate(days: Int(days)) != nil
        case .instant(_, let offset): abs(Int(offset)) <= ModelLimits.offsetMinutesMax && Instant(value)?.local != nil
        case .money(_, let currency): Currency.isCode(currency)
        default: true
        }
    }

    private static func holds(_ number: Int64, _ name: String) -> Bool {
        switch name {
        case "size": number >= 0
        case "lease_days": ModelLimits.leaseDays.contains(number)
        default: true
        }
    }

    private static func holds(_ text: String, _ field: FieldDeclaration) -> Bool {
        switch field.name {
        case "scope" where field.tag == .scope: Scope(text: text) != nil
        // 32 bytes in lower case, so that the same bytes have one name.
        case "sha256": text.utf8.count == 64 && text.utf8.allSatisfy(isLowerHex)
        default: (try? ValueText.text(text)) != nil
        }
    }

    private static func isLowerHex(_ digit: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit)
            || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(digit)
    }

    private static func holds(_ unscaled: Int64, _ scale: UInt8, _ name: String) -> Bool {
        guard Int(scale) <= ModelLimits.decimalDigitsMax else { return false }
        let one = (0..<scale).reduce(Int64(1)) { power, _ in power * 10 }
        return switch name {
        case "quantity": unscaled >= 0
        case "latitude": isWithin(90, unscaled, one)
        case "longitude": isWithin(180, unscaled, one)
        default: true
        }
    }

    private static func isWithin(_ limit: UInt64, _ unscaled: Int64, _ one: Int64) -> Bool {
        let (whole, rest) = unscaled.magnitude.quotientAndRemainder(dividingBy: UInt64(one))
        return whole < limit || (whole == limit && rest == 0)
    }
}
