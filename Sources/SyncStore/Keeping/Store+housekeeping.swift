package import SyncCore

extension Store {
    /// What a node does for its own sake while nothing else is to do: some of what is due of each, in transactions of
    /// their own, so that nobody waits for it long and a crash loses nothing of it.
    /// - Parameter node: the node's record.
    /// - Returns: whether more is due.
    /// - Throws: what failed first; the rest was done all the same.
    package func keepHouse(by node: RecordID) throws -> Bool {
        let steps: [(WriteAccess) throws -> Bool] = [
            { try $0.forgetTombstones(by: node) }, { try $0.archiveLog() }, { try $0.dropOldPositions() },
        ]
        let done = steps.map { step in Result { try write(step) } }
        return try done.map { try $0.get() }.contains(true)
    }
}
