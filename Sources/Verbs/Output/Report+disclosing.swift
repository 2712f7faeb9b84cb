import SyncStore

extension Report {
    /// The same, once the node's audit has it that persons were shown whole.
    /// - Parameter what: the words that asked for it; none: nothing was disclosed.
    func disclosing(_ what: [String], at store: Store) throws -> Report {
        if !what.isEmpty, store.role.isNode {
            try store.write { try $0.noteDisclosed(what.joined(separator: " ")) }
        }
        return self
    }
}
