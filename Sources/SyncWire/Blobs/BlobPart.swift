/// A part of a blob as `Content-Range` names it (RFC 9110, R-113): `bytes 0-262143/41943040`. A blob without bytes is
/// `bytes */0`.
package struct BlobPart: Hashable, Sendable {
    /// Of its first byte.
    package let offset: Int64
    package let count: Int
    /// Bytes of the whole blob.
    package let total: Int64

    /// - Returns: nil for a part that is not within its blob, and for an empty one of a blob that has bytes.
    package init?(offset: Int64, count: Int, total: Int64) {
        guard offset >= 0, count >= 0, total >= 0, Int64(count) <= total, offset <= total - Int64(count),
            count > 0 || total == 0
        else { return nil }
        (self.offset, self.count, self.total) = (offset, count, total)
    }

    /// The part of a blob from `offset` on, of at most `count` bytes.
    package init?(from offset: Int64, upTo count: Int, total: Int64) {
        guard (0...total).contains(offset) else { return nil }
        self.init(offset: offset, count: Int(min(Int64(count), total - offset)), total: total)
    }

    package init?(contentRange header: String) {
        guard header.hasPrefix("bytes "), let slash = header.firstIndex(of: "/"),
            let total = Self.number(header[header.index(after: slash)...])
        else { return nil }
        let range = header[..<slash].dropFirst("bytes ".count)
        if range == "*" {
            self.init(offset: 0, count: 0, total: total)
            return
        }
        let ends = range.split(separator: "-", omittingEmptySubsequences: false).map(Self.number)
        guard ends.count == 2, let first = ends[0], let last = ends[1], first <= last, last < total else { return nil }
        self.init(offset: first, count: Int(last - first + 1), total: total)
    }

    package var contentRange: String {
        count == 0 ? "bytes */\(total)" : "bytes \(offset)-\(offset + Int64(count) - 1)/\(total)"
    }

    /// Behind its last byte.
    package var end: Int64 { offset + Int64(count) }

    /// Digits alone, and no more of them than 63 bits hold.
    static func number(_ text: Substring) -> Int64? {
        text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(text) : nil
    }
}

/// What a request's `Range` asks for of a blob.
package enum BlobRange: Hashable, Sendable {
    case whole
    case part(BlobPart)
    /// It begins behind the last byte.
    case unsatisfiable

    /// - Parameter header: `bytes=FIRST-LAST` or `bytes=FIRST-`; whatever else is passed over, as RFC 9110 says.
    package init(_ header: String?, total: Int64) {
        let ends = (header ?? "").dropFirst("bytes=".count).split(separator: "-", omittingEmptySubsequences: false)
        guard header?.hasPrefix("bytes=") == true, ends.count == 2, let first = BlobPart.number(ends[0]),
            !ends[0].isEmpty, let last = ends[1].isEmpty ? .max : BlobPart.number(ends[1]), first <= last
        else {
            self = .whole
            return
        }
        let count = last - first == .max ? .max : last - first + 1
        let part = BlobPart(from: first, upTo: Int(count), total: total).map(BlobRange.part)
        self = part ?? .unsatisfiable
    }
}
