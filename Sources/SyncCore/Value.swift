/// What a field can hold. Two values are the same when they are equal here; no floating point anywhere.
package enum Value: Sendable {
    case text(String)
    case integer(Int64)
    /// `unscaled` × 10^−`scale`; the scale is kept as entered, so 2.50 stays 2.50.
    case decimal(unscaled: Int64, scale: UInt8)
    case bool(Bool)
    /// Milliseconds since 1970 UTC, with the zone's offset in minutes as the person entered it.
    case instant(milliseconds: Int64, offsetMinutes: Int16)
    /// Civil days since 1970-01-01; not an instant.
    case date(days: Int32)
    /// Minor units (cents, 分) of an ISO 4217 currency, three capital letters.
    case money(minor: Int64, currency: String)
    case reference(RecordID)
    /// The value of `deleted`: what the deleter knew.
    case known(KnownDots)
    /// What a personal field holds, under the person's key of that id. To everything below the view it is only bytes.
    case sealed(key: UInt64, content: [UInt8])
    /// A kind of value that this version does not know, kept and relayed as it came.
    case opaque(kind: UInt32, bytes: [UInt8])
}

/// Orders concurrent writes for display: a hybrid logical clock. It never decides what was seen.
package struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970 UTC.
    package let milliseconds: Int64
    package let counter: UInt32

    package init(milliseconds: Int64, counter: UInt32) {
        self.milliseconds = milliseconds
        self.counter = counter
    }

    package static let zero = Timestamp(milliseconds: 0, counter: 0)

    package static func < (a: Self, b: Self) -> Bool { (a.milliseconds, a.counter) < (b.milliseconds, b.counter) }

    /// As many milliseconds as a UUIDv7 can carry, the year 10889: the last ones that travel.
    package static let last = Timestamp(milliseconds: 1 << 48 - 1, counter: .max)

    /// The least timestamp after this one; the last one stays what it is, and dots order what carries it.
    package var next: Timestamp {
        if self >= .last { return .last }
        return counter == .max
            ? Timestamp(milliseconds: milliseconds + 1, counter: 0)
            : Timestamp(milliseconds: milliseconds, counter: counter + 1)
    }
}

extension Value: Hashable {
    /// Texts are compared by their bytes: canonically equivalent spellings have different hashes and must stay two values.
    package static func == (a: Value, b: Value) -> Bool {
        if case .text(let x) = a, case .text(let y) = b { return x.utf8.elementsEqual(y.utf8) }
        return !(a < b) && !(b < a)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(kindOrder)
        switch self {
        case .text(let text): for byte in text.utf8 { hasher.combine(byte) }
        case .integer(let integer): hasher.combine(integer)
        case .decimal(let unscaled, _): hasher.combine(unscaled)
        case .bool(let bool): hasher.combine(bool)
        case .instant(let milliseconds, _): hasher.combine(milliseconds)
        case .date(let days): hasher.combine(days)
        case .money(let minor, _): hasher.combine(minor)
        case .reference(let id): hasher.combine(id)
        case .known(let dots): hasher.combine(dots)
        case .sealed(let key, let content):
            hasher.combine(key)
            hasher.combine(content)
        case .opaque(let kind, let bytes):
            hasher.combine(kind)
            hasher.combine(bytes)
        }
    }
}

extension Value: Comparable {
    /// A total order, used where any replica must choose alike: by kind, then by content.
    package static func < (a: Value, b: Value) -> Bool {
        switch (a, b) {
        case (.text(let x), .text(let y)): x.utf8.lexicographicallyPrecedes(y.utf8)
        case (.integer(let x), .integer(let y)): x < y
        case (.decimal(let x, let scaleX), .decimal(let y, let scaleY)): (x, scaleX) < (y, scaleY)
        case (.bool(let x), .bool(let y)): !x && y
        case (.instant(let x, let zoneX), .instant(let y, let zoneY)): (x, zoneX) < (y, zoneY)
        case (.date(let x), .date(let y)): x < y
        case (.money(let x, let currencyX), .money(let y, let currencyY)):
            x != y ? x < y : currencyX.utf8.lexicographicallyPrecedes(currencyY.utf8)
        case (.reference(let x), .reference(let y)): x < y
        case (.known(let x), .known(let y)): x.runs.lexicographicallyPrecedes(y.runs) { $0.order < $1.order }
        case (.sealed(let x, let contentX), .sealed(let y, let contentY)):
            x != y ? x < y : contentX.lexicographicallyPrecedes(contentY)
        case (.opaque(let x, let bytesX), .opaque(let y, let bytesY)):
            x != y ? x < y : bytesX.lexicographicallyPrecedes(bytesY)
        default: a.kindOrder < b.kindOrder
        }
    }

    private var kindOrder: Int {
        switch self {
        case .text: 0
        case .integer: 1
        case .decimal: 2
        case .bool: 3
        case .instant: 4
        case .date: 5
        case .money: 6
        case .reference: 7
        case .known: 8
        case .sealed: 9
        case .opaque: 10
        }
    }
}

extension KnownDots.Run {
    fileprivate var order: (UInt64, UInt64, UInt64) { (replica.raw, first, last) }
}
