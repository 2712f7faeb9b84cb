/// One database that accepts writes: a field device, a branch node, HQ. Never reused.
/// Printed as 16 hexadecimal digits.
package struct ReplicaID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let raw: UInt64

    package init(_ raw: UInt64) { self.raw = raw }

    /// Reads exactly 16 hexadecimal digits; nil for anything else.
    package init?(hex: String) {
        guard hex.utf8.count == 16, let raw = UInt64(hex, radix: 16), !hex.hasPrefix("+"), !hex.hasPrefix("-") else {
            return nil
        }
        self.raw = raw
    }

    package static func < (a: Self, b: Self) -> Bool { a.raw < b.raw }
    package var description: String { Hex.digits(raw) }
}

/// One write to one record, named for ever: the n-th write of `replica` to that record.
package struct Dot: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let replica: ReplicaID
    package let n: UInt64

    package init(_ replica: ReplicaID, _ n: UInt64) {
        self.replica = replica
        self.n = n
    }

    /// Reads `REPLICA:N`, the form that the command line prints; nil for anything else.
    package init?(text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let replica = ReplicaID(hex: String(parts[0])), let n = UInt64(parts[1]), n > 0,
            parts[1] == String(n)
        else { return nil }
        self.init(replica, n)
    }

    package static func < (a: Self, b: Self) -> Bool { (a.replica.raw, a.n) < (b.replica.raw, b.n) }
    package var description: String { "\(replica):\(n)" }
}

/// 128 bits that name a record, a person or a rule; for records a UUIDv7 made by the replica that creates them.
package struct RecordID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A UUIDv7 (RFC 9562 §5.7) of the given milliseconds since 1970 and random bits.
    package init(milliseconds: Int64, random: (UInt64, UInt64)) {
        let time = UInt64(bitPattern: milliseconds) & 0xFFFF_FFFF_FFFF
        high = time << 16 | 0x7000 | random.0 & 0x0FFF
        low = 0x8000_0000_0000_0000 | random.1 >> 2
    }

    /// Big-endian, 16 bytes; nil for any other count.
    package init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.enumerated() {
            if index < 8 { words.0 = words.0 << 8 | UInt64(byte) } else { words.1 = words.1 << 8 | UInt64(byte) }
        }
        self.init(high: words.0, low: words.1)
    }

    /// Reads the 36 characters of a UUID or its 32 bare digits; nil for anything else.
    package init?(text: String) {
        let digits = text.utf8.filter { $0 != UInt8(ascii: "-") }
        guard text.utf8.count == 32 || text.utf8.count == 36,
            let bytes = Hex.bytes(String(decoding: digits, as: UTF8.self))
        else { return nil }
        self.init(bytes: bytes)
    }

    /// Reads exactly what `description` prints; nil for anything else.
    package init?(printed text: Substring.UTF8View) {
        var (words, digits): ([UInt64], Int) = ([0, 0], 0)
        for (place, character) in text.enumerated() {
            if [8, 13, 18, 23].contains(place) {
                if character != UInt8(ascii: "-") { return nil }
                continue
            }
            guard let digit = Hex.lowerCaseDigit(character), digits < 32 else { return nil }
            words[digits / 16] = words[digits / 16] << 4 | UInt64(digit)
            digits += 1
        }
        guard digits == 32 else { return nil }
        self.init(high: words[0], low: words[1])
    }

    /// Big-endian, 16 bytes.
    package var bytes: [UInt8] {
        var out: [UInt8] = []
        out.reserveCapacity(16)
        for shift in stride(from: 56, through: 0, by: -8) { out.append(UInt8(truncatingIfNeeded: high >> shift)) }
        for shift in stride(from: 56, through: 0, by: -8) { out.append(UInt8(truncatingIfNeeded: low >> shift)) }
        return out
    }

    /// The milliseconds since 1970 that a UUIDv7 carries in its first 48 bits.
    package var milliseconds: Int64 { Int64(high >> 16) }

    package static func < (a: Self, b: Self) -> Bool { (a.high, a.low) < (b.high, b.low) }

    package var description: String {
        let h = Hex.digits(high)
        let l = Hex.digits(low)
        return "\(h.prefix(8))-\(h.dropFirst(8).prefix(4))-\(h.suffix(4))-\(l.prefix(4))-\(l.dropFirst(4))"
    }
}

/// The permanent number of an entity type in the catalogue.
package typealias TypeTag = UInt32
/// The permanent number of a field within its type; 1 and 2 are the same in every type.
package typealias FieldTag = UInt32

extension FieldTag {
    /// The unit of partial replication that the record belongs to: a register of text such as `site/…`.
    package static let scope: FieldTag = 1
    /// A register whose value is the known dots of the person who deleted the record.
    package static let deleted: FieldTag = 2
}

package enum Hex {
    /// 16 lower-case digits.
    package static func digits(_ value: UInt64) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
    }

    /// Two lower-case digits a byte.
    package static func digits(_ bytes: some Sequence<UInt8>) -> String {
        let alphabet = Array("0123456789abcdef".utf8)
        var out: [UInt8] = []
        for byte in bytes {
            out.append(alphabet[Int(byte >> 4)])
            out.append(alphabet[Int(byte & 15)])
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// The bytes of an even count of hexadecimal digits; nil for anything else.
    package static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = nibble(digits[index]), let low = nibble(digits[index + 1]) else { return nil }
            out.append(high << 4 | low)
        }
        return out
    }

    static func lowerCaseDigit(_ digit: UInt8) -> UInt8? {
        UInt8(ascii: "A")...UInt8(ascii: "F") ~= digit ? nil : nibble(digit)
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
