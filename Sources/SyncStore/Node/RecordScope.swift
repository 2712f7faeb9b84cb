package import SyncCore

extension ReadAccess {
    /// The scope that a record belongs to; empty where its `scope` never came, nil when the record is not here.
    package func scope(of id: RecordID) throws -> String? { try load(id).map { $0.shown.scope ?? "" } }
}
