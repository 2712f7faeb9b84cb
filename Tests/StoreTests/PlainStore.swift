import SyncStore

extension Store {
    /// A store that is not sealed, as only tests have it.
    convenience init(
        path: String, role: StoreRole, environment: StoreEnvironment, creating: Bool, readers: Int = 0
    ) throws {
        try self.init(
            path: path, role: role, environment: environment, creating: creating, readers: readers, keys: nil)
    }
}
