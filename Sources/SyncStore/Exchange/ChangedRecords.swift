import SyncCore

/// The records that a change set changes, as they are here before it: looked up once, for judging it and applying it.
struct ChangedRecords {
    private let here: [RecordID: StoredRecord]

    init(of set: ChangeSet, _ access: ReadAccess) throws {
        var here: [RecordID: StoredRecord] = [:]
        for change in set.changes where here[change.record] == nil {
            here[change.record] = try access.load(change.record, type: change.type)
        }
        self.here = here
    }

    /// Nil for a record that is not here, or not of the type that the change says.
    subscript(change: Change) -> StoredRecord? { here[change.record].flatMap { $0.type == change.type ? $0 : nil } }

    /// Whether every record is here that the set does not create.
    func holdAll(of set: ChangeSet) -> Bool {
        let created = Set(set.changes.filter { $0.write?.creates ?? true }.map(\.record))
        return set.changes.allSatisfy { created.contains($0.record) || self[$0] != nil }
    }
}
