import SyncCore
@testable import SyncStore

/// A record that the simulation writes to.
struct TrackedRecord: Hashable {
    let id: RecordID
    let entity: TypeTag
}

extension ReadAccess {
    /// What this replica shows of a record. Its table is known: looking through all of them costs more than all the rest.
    func state(of record: TrackedRecord) throws -> RecordState? { try load(record.id, type: record.entity)?.shown }
}
