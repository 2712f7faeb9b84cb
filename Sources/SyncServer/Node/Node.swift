import Foundation
import SyncCore
package import SyncStore
import SyncWire

/// An opened node: its directory, its identity and its store.
package struct Node: Sendable {
    package let directory: NodeDirectory
    package let store: Store
    let known: KnownIdentity
    /// Who it is by now: a branch's certificate and HQ's root key may change while it serves.
    package var identity: NodeIdentity { known.identity }

    /// - Parameter readers: connections that read beside the writer; 0 for a verb.
    package static func open(_ directory: NodeDirectory, environment: StoreEnvironment, readers: Int = 0) throws -> Node
    {
        let keys = try keys(of: directory)
        try PlainAdoption(database: directory.database, keys: keys, environment: environment).run()
        let role = try role(in: directory, keys)
        let store = try Store(
            path: directory.database, role: role, environment: environment, creating: false, readers: readers,
            keys: keys)
        let identity = try identity(in: store, directory, keys)
        if try store.read({ try $0.hasUnpublishedDevices() }) {
            try store.write { try $0.publishDevices(node: identity.record) }
        }
        return Node(directory: directory, store: store, known: KnownIdentity(identity))
    }

    /// Whether opening the node will bring its store to this version's form first, which may take its time.
    package static func needsMigration(_ directory: NodeDirectory) throws -> Bool {
        try Store.needsMigration(path: directory.database, keys: keys(of: directory))
    }

    private static func keys(of directory: NodeDirectory) throws -> DataKeys {
        guard FileManager.default.fileExists(atPath: directory.database) else {
            throw NodeFailure.missing(path: directory.path)
        }
        return try NodeVault(directory).openAdopting()
    }

    /// The role is kept in the store, and must be known for it to be opened.
    private static func role(in directory: NodeDirectory, _ keys: DataKeys) throws -> StoreRole {
        let word = try Store.metaText(IdentityKey.role, path: directory.database, keys: keys)
        guard let role = word.flatMap(StoreRole.init), role.isNode else {
            throw NodeFailure.missing(path: directory.path)
        }
        return role
    }

    /// HQ whose database is of before a rotation of its root key certifies itself anew.
    private static func identity(
        in store: Store, _ directory: NodeDirectory, _ keys: DataKeys
    ) throws -> NodeIdentity {
        let (key, rotations) = try NodeVault(directory).signingKey(keys)
        let kept = try store.read { access in try keptIdentity(access, role: store.role, in: directory, keys) }
        guard try kept.own.key != key.publicKey else { return try kept.identity(key) }
        let now = store.environment.wallMilliseconds()
        let identity = try kept.identity(key, rotations: rotations, now: now)
        try store.write { try $0.keepTrust(of: identity) }
        return identity
    }

    private static func keptIdentity(
        _ access: ReadAccess, role: StoreRole, in directory: NodeDirectory, _ keys: DataKeys
    ) throws -> KeptIdentity {
        let vault = NodeVault(directory)
        guard let chain = try access.meta(IdentityKey.chain),
            let current = try access.meta(IdentityKey.root).flatMap(PublicKey.init(bytes:))
        else { throw NodeFailure.missing(path: directory.path) }
        let authorityPEM = try directory.readText(directory.authority)
        let authority =
            role == .hq
            ? TLSAuthority(certificatePEM: authorityPEM, keyPEM: try vault.text(.authority, keys)) : nil
        return try KeptIdentity(
            role: role, chain: KeptChain.chain(chain),
            root: Roots(current, kept: access.meta(IdentityKey.rotations)),
            organisation: try access.metaText(IdentityKey.organisation) ?? "",
            upstream: try access.metaText(IdentityKey.upstream), authorityPEM: authorityPEM, authority: authority)
    }
}

extension StoreEnvironment {
    /// This machine's clock and randomness.
    package static var system: StoreEnvironment {
        StoreEnvironment(
            wallMilliseconds: { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) },
            randomWord: { Entropy.word() })
    }
}
