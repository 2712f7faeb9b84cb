import Foundation
import GRDB
import SyncWire

/// A copy of a node's database, opened to see whether it is sound.
struct BackupCopy {
    let path: String
    let role: StoreRole
    let environment: StoreEnvironment
    let key: DataKey?

    init(path: String, role: StoreRole, environment: StoreEnvironment, key: DataKey?) {
        (self.path, self.role, self.environment, self.key) = (path, role, environment, key)
    }

    init(path: String, like store: Store) {
        self.init(path: path, role: store.role, environment: store.environment, key: store.file.key)
    }

    private var keys: DataKeys? { key.map { DataKeys($0) } }

    /// Reads all of it and changes no byte: what is archived after the copy fits this copy alone.
    /// - Returns: the node's position in it.
    /// - Throws: `StoreFailure.integrity` with the first thing that is wrong.
    func checkUntouched() throws -> Int64 {
        let file = try DatabaseFile(path, keys: keys, creating: false)
        var configuration = file.configuration
        configuration.readonly = true
        defer { removeLog() }
        return try StoreFailure.translating {
            let queue = try DatabaseQueue(path: file.location, configuration: configuration)
            let position = try queue.read {
                try check(
                    ReadAccess($0, role: role, environment: environment, people: PeopleFile(beside: file)))
            }
            try queue.close()
            return position
        }
    }

    /// The same, and brings it to this version's form.
    func check() throws -> Int64 {
        defer { removeLog() }
        let store = try Store(path: path, role: role, environment: environment, creating: false, keys: keys)
        let position = try store.read { try check($0) }
        try store.close()
        return position
    }

    private func check(_ access: ReadAccess) throws -> Int64 {
        if let fault = try access.verify().faults.first {
            throw StoreFailure.integrity("the copy \(path) is not sound: \(fault)")
        }
        return try access.lastPosition()
    }

    private func removeLog() {
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
    }
}
