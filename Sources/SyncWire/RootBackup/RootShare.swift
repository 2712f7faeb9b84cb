import SyncCore

/// One of several parts of a root's secret, of which a certain number restore it.
package struct RootShare: Hashable, Sendable {
    /// 1 … count.
    package let place: UInt8
    package let threshold: UInt8
    package let count: UInt8
    /// Tells the shares of one splitting from those of another: 4 bytes.
    let set: [UInt8]
    /// The beginning of the root key's hash: 4 bytes.
    let root: [UInt8]
    let content: [UInt8]

    /// Four characters by which people see that shares belong together.
    package var setName: String { Hex.digits(set).prefix(4).uppercased() }

    /// - Parameters:
    ///   - count: 2 … 255.
    ///   - threshold: how many are needed, 2 … count.
    package static func split(_ secret: RootSecret, into count: Int, threshold: Int) -> [RootShare] {
        let (set, root) = (Entropy.bytes(partBytes), mark(of: secret))
        let parts = SecretSharing.split(secret.bytes, shares: count, threshold: threshold)
        return parts.enumerated().map { index, content in
            RootShare(
                place: UInt8(index + 1), threshold: UInt8(threshold), count: UInt8(count), set: set, root: root,
                content: content)
        }
    }

    /// What the shares, of which some may be given twice, come to.
    package static func combine(_ shares: [RootShare]) throws(RootBackupError) -> RootSecret {
        guard let first = shares.first else { throw .tooFew(given: 0, needed: 2) }
        for share in shares {
            guard share.root == first.root else { throw .otherKey(share: share.place) }
            guard share.isOfSet(first) else {
                throw .otherSet(share: share.place, set: share.setName, than: first.setName)
            }
        }
        let places = Dictionary(shares.map { ($0.place, $0.content) }) { one, _ in one }
        let needed = Int(first.threshold)
        guard places.count >= needed else { throw .tooFew(given: places.count, needed: needed) }
        let used = places.keys.sorted().prefix(needed)
        let bytes = SecretSharing.combine(places.filter { used.contains($0.key) })
        guard let secret = RootSecret(bytes: bytes), mark(of: secret) == first.root else { throw .damaged }
        // Those that are not needed must be of the same polynomial.
        for place in places.keys.sorted().dropFirst(needed) {
            let others = used.dropLast() + [place]
            guard SecretSharing.combine(places.filter { others.contains($0.key) }) == bytes else {
                throw .unfitting(share: place)
            }
        }
        return secret
    }

    private func isOfSet(_ other: RootShare) -> Bool {
        (set, threshold, count, content.count) == (other.set, other.threshold, other.count, other.content.count)
    }

    private static let partBytes = 4

    private static func mark(of secret: RootSecret) -> [UInt8] {
        Array(Hash.sha256(secret.key.publicKey.bytes).prefix(partBytes))
    }
}

/// Place, threshold, count, set, root, content.
extension RootShare {
    private static let fixedBytes = 3 + 2 * partBytes

    var bytes: [UInt8] { [place, threshold, count] + set + root + content }

    init?(bytes: [UInt8]) {
        guard bytes.count > Self.fixedBytes, 2...bytes[2] ~= bytes[1], 1...bytes[2] ~= bytes[0] else { return nil }
        self.init(
            place: bytes[0], threshold: bytes[1], count: bytes[2], set: Array(bytes[3..<7]), root: Array(bytes[7..<11]),
            content: Array(bytes[11...]))
    }
}

/// What paper holds: the whole secret, or a share of it.
package enum RootPaper: Hashable, Sendable {
    case whole(RootSecret)
    case share(RootShare)

    private static let (wholeMark, shareMark) = (UInt8(1), UInt8(2))

    package var lines: [String] {
        switch self {
        case .whole(let secret): PaperLines.lines(of: [Self.wholeMark] + secret.bytes)
        case .share(let share): PaperLines.lines(of: [Self.shareMark] + share.bytes)
        }
    }

    /// The pages in a text that somebody typed.
    package static func pages(of text: String) throws(RootBackupError) -> [RootPaper] {
        let pages: [[UInt8]]
        do throws(PaperError) { pages = try PaperLines.pages(of: text) } catch { throw .typed(error) }
        var papers: [RootPaper] = []
        for page in pages {
            guard let paper = RootPaper(bytes: page) else { throw .damaged }
            papers.append(paper)
        }
        return papers
    }

    private init?(bytes: [UInt8]) {
        let content = Array(bytes.dropFirst())
        switch bytes.first {
        case Self.wholeMark:
            guard let secret = RootSecret(bytes: content) else { return nil }
            self = .whole(secret)
        case Self.shareMark:
            guard let share = RootShare(bytes: content) else { return nil }
            self = .share(share)
        default: return nil
        }
    }
}
