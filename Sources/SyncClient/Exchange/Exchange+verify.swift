import SyncStore

extension Exchange {
    /// Exchanges, then compares all that both sides hold, whatever the checkpoint says (sync-model §5): what differs
    /// after an exchange is a fault of one of the two, and what the node has of it is brought down.
    /// - Returns: of the comparison: `differing`, `received` and `missing`.
    package func verify() throws -> ExchangeReport {
        _ = try run()
        try store.write { try $0.forgetCheckpoint() }
        return try run()
    }
}
