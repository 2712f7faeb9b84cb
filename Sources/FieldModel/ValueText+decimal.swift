import SyncCore

extension ValueText {
    /// `2.50`: the scale is kept as entered; no exponent, at most 18 digits.
    static func decimal(_ text: String) throws(ValueError) -> Value {
        let expected = Words("a decimal number of at most 18 digits", "不超过 18 位的小数")
        var scanner = Scanner(text)
        guard let number = scanner.decimalDigits(), scanner.isAtEnd else {
            throw ValueError(.malformed, expected: expected, example: "2.50")
        }
        guard let unscaled = number.unscaled(addingZeros: 0) else {
            throw ValueError(.outOfRange, expected: expected, example: "2.50")
        }
        return .decimal(unscaled: unscaled, scale: UInt8(number.fraction.count))
    }

    /// `183.05AUD`: an amount with at most as many decimals as the currency has, then its three letters.
    static func money(_ text: String) throws(ValueError) -> Value {
        let expected = Words("an amount and a currency of ISO 4217", "金额和 ISO 4217 货币代码")
        var scanner = Scanner(text)
        let number = scanner.decimalDigits()
        _ = scanner.take(" ")
        let currency = scanner.remainder().uppercased()
        guard let number, Currency.isCode(currency) else {
            throw ValueError(.malformed, expected: expected, example: "183.05AUD")
        }
        let zeros = Currency.decimals(of: currency) - number.fraction.count
        guard zeros >= 0, let minor = number.unscaled(addingZeros: zeros) else {
            throw ValueError(.outOfRange, expected: expected, example: "183.05AUD")
        }
        return .money(minor: minor, currency: currency)
    }

    /// The digits of `unscaled` × 10^−`scale`, all `scale` decimals written.
    static func decimalText(unscaled: Int64, scale: Int) -> String {
        let digits = padded(unscaled.magnitude, to: scale + 1)
        let sign = unscaled < 0 ? "-" : ""
        return scale == 0 ? sign + digits : "\(sign)\(digits.dropLast(scale)).\(digits.suffix(scale))"
    }
}

/// A decimal number as it was written.
private struct DecimalDigits {
    let isNegative: Bool
    let whole: [UInt8]
    let fraction: [UInt8]

    /// All digits and some zeros after them as one number; nil when they are more than a decimal may have.
    func unscaled(addingZeros zeros: Int) -> Int64? {
        let significant = (whole + fraction).drop { $0 == UInt8(ascii: "0") }
        guard max(significant.count + zeros, fraction.count) <= ModelLimits.decimalDigitsMax else { return nil }
        let digits = significant + Array(repeating: UInt8(ascii: "0"), count: zeros)
        let magnitude = digits.reduce(Int64(0)) { $0 * 10 + Int64($1 - UInt8(ascii: "0")) }
        return isNegative ? -magnitude : magnitude
    }
}

extension Scanner {
    /// Takes `-12`, `12` or `12.50`.
    fileprivate mutating func decimalDigits() -> DecimalDigits? {
        let isNegative = take("-")
        let whole = digits()
        let fraction = take(".") ? digits() : nil
        guard !whole.isEmpty, fraction?.isEmpty != true else { return nil }
        return DecimalDigits(isNegative: isNegative, whole: whole, fraction: fraction ?? [])
    }
}
