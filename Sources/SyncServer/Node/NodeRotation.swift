import Foundation
package import SyncStore
import SyncWire

/// Seals a node's data and its keys under a new data key, while nobody serves it. Broken off anywhere it can be done again: the old keys
/// stay, for what is sealed under them still, and for the backups.
package struct NodeRotation {
    private let directory: NodeDirectory
    private let environment: StoreEnvironment

    package init(_ directory: NodeDirectory, environment: StoreEnvironment) {
        (self.directory, self.environment) = (directory, environment)
    }

    package func run() throws {
        let vault = NodeVault(directory)
        let keys = try vault.open().rotated(to: .random())
        try vault.replace(with: keys)
        try vault.sealAgain(keys)
        try KeyRotation(database: directory.database, keys: keys, environment: environment).run()
    }
}
