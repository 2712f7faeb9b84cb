package import SyncCore

/// One entry of a node's audit, as it is chained.
package struct AuditEntry: Hashable, Sendable {
    /// A change set that an entry is about.
    package struct Subject: Hashable, Sendable {
        package let replica: ReplicaID
        package let seq: UInt64
        /// 32 bytes.
        package let hash: [UInt8]

        package init(replica: ReplicaID, seq: UInt64, hash: [UInt8]) {
            self.replica = replica
            self.seq = seq
            self.hash = hash
        }
    }

    package let n: Int64
    /// Milliseconds since 1970, by the node's clock.
    package let at: Int64
    /// Under which position it was committed; 0: under none.
    package let position: Int64
    package let kind: UInt8
    package let set: Subject?
    /// The hash of the authority, 32 bytes; nil: none was needed.
    package let authority: [UInt8]?
    /// UTF-8.
    package let detail: [UInt8]

    package init(
        n: Int64, at: Int64, position: Int64, kind: UInt8, set: Subject?, authority: [UInt8]?, detail: [UInt8]
    ) {
        self.n = n
        self.at = at
        self.position = position
        self.kind = kind
        self.set = set
        self.authority = authority
        self.detail = detail
    }

    /// What the first entry follows.
    package static let start = nothing
    private static let nothing = [UInt8](repeating: 0, count: 32)
    private static let context = Array("fieldsync audit v1\0".utf8)

    /// - Returns: 32 bytes.
    package func chained(after previous: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.context.count + 137 + detail.count)
        bytes += Self.context
        bytes += previous
        for word in [n, at, position] { bytes.append(word: UInt64(bitPattern: word)) }
        bytes.append(kind)
        bytes.append(word: set?.replica.raw ?? 0)
        bytes.append(word: set?.seq ?? 0)
        bytes += set?.hash ?? Self.nothing
        bytes += authority ?? Self.nothing
        bytes += detail
        return Hash.sha256(bytes)
    }
}

extension [UInt8] {
    /// 8 bytes, big-endian.
    fileprivate mutating func append(word: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) { append(UInt8(truncatingIfNeeded: word >> shift)) }
    }
}
