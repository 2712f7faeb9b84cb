import SyncCore
import SyncStore
import SyncWire

/// The sets of one run, and the signature that vouches for them.
struct RunContent {
    let entries: [LogEntry]
    let signature: [UInt8]

    var head: ChainPosition? { entries.last.map { ChainPosition(seq: $0.seq, hash: $0.hash) } }
    var bytes: Int { entries.reduce(0) { $0 + ($1.bytes?.count ?? 0) } }
}

/// Sets of somebody else's for which no signature is here: nobody could verify them.
struct UnsignedChain: Error {}

/// What an exchange may still put into one request.
struct RunBudget {
    private(set) var sets: Int
    private(set) var bytes: Int

    var isUsedUp: Bool { sets == 0 || bytes == 0 }

    init(sets: Int, bytes: Int) {
        self.sets = sets
        self.bytes = bytes
    }

    mutating func use(_ content: RunContent) {
        sets = max(0, sets - content.entries.count)
        bytes = max(0, bytes - content.bytes)
    }
}

extension ReadAccess {
    /// Sets that this replica wrote, under its own signature. Nil when none is left.
    func ownContent(of chain: OutgoingChain, within budget: RunBudget, key: SigningKey) throws -> RunContent? {
        let limit = min(budget.sets, Int(clamping: chain.left))
        let entries = try present(of: chain.replica, from: chain.next, limit: limit, bytesMax: budget.bytes)
        guard let last = entries.last else { return nil }
        return RunContent(entries: entries, signature: key.sign(last.hash, for: .run))
    }

    /// Sets that others wrote. A run of theirs ends where its author once signed, so that it may be longer than the
    /// budget: as long as the author made it.
    func relayedContent(of chain: OutgoingChain, within budget: RunBudget) throws -> RunContent? {
        var entries: [LogEntry] = []
        repeat {
            let next = entries.last.map { $0.seq + 1 } ?? chain.next
            let more = try present(of: chain.replica, from: next, limit: budget.sets, bytesMax: budget.bytes)
            guard let last = more.last else {
                if entries.isEmpty { return nil }
                throw UnsignedChain()
            }
            entries += more
            if let content = try cut(entries, from: last.seq - UInt64(more.count) + 1) { return content }
        } while true
    }

    /// The longest run of these that its author signed, ending at `first` or later.
    private func cut(_ entries: [LogEntry], from first: UInt64) throws -> RunContent? {
        for (index, entry) in entries.enumerated().reversed() where entry.seq >= first {
            if let signature = try headSignature(of: entry.replica, at: entry.seq) {
                return RunContent(entries: Array(entries[...index]), signature: signature)
            }
        }
        return nil
    }

    /// Consecutive sets whose bytes are here. Those before HQ's receipt may be gone; what is gone is not sent.
    private func present(of replica: ReplicaID, from seq: UInt64, limit: Int, bytesMax: Int) throws -> [LogEntry] {
        let entries = try entries(of: replica, from: seq, limit: limit + 1, bytesMax: bytesMax)
        return Array(entries.drop { $0.bytes == nil }.prefix(limit))
    }
}
