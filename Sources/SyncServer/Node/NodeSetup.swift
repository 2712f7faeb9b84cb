import Foundation
import SyncCore
package import SyncStore
import SyncWire

/// Makes new nodes.
package struct NodeSetup: Sendable {
    package let directory: NodeDirectory
    package let environment: StoreEnvironment

    private let keyFile: String?

    /// - Parameter keyFile: opens the node's data, absolute; nil: one is made in the folder.
    package init(_ directory: NodeDirectory, environment: StoreEnvironment, keyFile: String? = nil) throws {
        self.keyFile = keyFile
        self.directory = directory
        self.environment = environment
        if FileManager.default.fileExists(atPath: directory.database) {
            throw NodeFailure.exists(path: directory.path)
        }
        try directory.create()
    }

    /// Writes what makes a directory a node. The identity comes last: without it the directory is not one, and the
    /// set-up can be done again.
    func keep(
        _ identity: NodeIdentity, tls: TLSRequest, tlsCertificate: String, in access: WriteAccess
    ) throws {
        let vault = NodeVault(directory)
        let keys = try vault.open()
        try vault.keep(identity.key, identity.root, keys)
        try directory.write(identity.authorityPEM, to: directory.authority)
        if let authority = identity.authority { try vault.keep(Array(authority.keyPEM.utf8), .authority, keys) }
        try vault.keep(Array(tls.keyPEM.utf8), .tls, keys)
        try directory.write(tlsCertificate, to: directory.tlsCertificate)
        try access.keepTrust(of: identity)
        try access.setMeta(IdentityKey.organisation, text: identity.organisation)
        try access.setMeta(IdentityKey.upstream, text: identity.upstream)
        try access.setMeta(IdentityKey.role, text: identity.role.rawValue)
    }

    /// Runs a set-up in a new store; a set-up that fails leaves none behind.
    func withNewStore<T>(_ role: StoreRole, _ body: (WriteAccess) throws -> T) throws -> T {
        do {
            let keys = try NodeVault(directory).make(keyFile: keyFile)
            let store = try Store(
                path: directory.database, role: role, environment: environment, creating: true, keys: keys)
            defer { try? store.close() }
            return try store.write { access in
                try access.openEpoch()
                return try body(access)
            }
        } catch {
            for suffix in ["", "-wal", "-shm", "-people", "-people-wal", "-people-shm"] {
                try? FileManager.default.removeItem(atPath: directory.database + suffix)
            }
            throw error
        }
    }
}
