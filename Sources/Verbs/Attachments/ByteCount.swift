/// Bytes as people write them: `350 kB`, `2GB`; a thousand to the step.
enum ByteCount {
    private static let units: [(word: String, bytes: Int64)] = [
        ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000),
    ]

    static func text(_ bytes: Int64) -> String {
        guard let unit = units.first(where: { bytes >= $0.bytes }) else { return "\(bytes) B" }
        let tenths = bytes / (unit.bytes / 10)
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(unit.word)" : "\(tenths / 10) \(unit.word)"
    }

    /// Nil for what is no number of bytes.
    static func parse(_ text: String) -> Int64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }.lowercased()
        let factor = unit.isEmpty || unit == "b" ? 1 : units.first { $0.word.lowercased() == unit }?.bytes
        guard let count = Int64(digits), let factor else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: factor)
        return overflow ? nil : bytes
    }
}
