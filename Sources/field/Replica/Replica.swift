import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire
import Verbs

/// A device's replica, unlocked.
struct Replica {
    let directory: ReplicaDirectory
    let store: Store
    let key: SigningKey
    let identity: ReplicaIdentity
    private let use: ReplicaUse

    static func open(_ directory: ReplicaDirectory) throws -> Replica {
        guard directory.isEnrolled else { throw VerbFailure(.notEnrolled) }
        let use = try ReplicaUse(directory)
        let keys = try ReplicaVault(directory).open()
        let key = try signingKey(directory, keys)
        let store = try Store(
            path: directory.database, role: .device, environment: .system, creating: false, keys: keys)
        guard let identity = try store.read({ try ReplicaIdentity($0) }) else { throw VerbFailure(.notEnrolled) }
        return Replica(directory: directory, store: store, key: key, identity: identity, use: use)
    }

    static func signingKey(_ directory: ReplicaDirectory, _ keys: DataKeys) throws -> SigningKey {
        guard let text = FileManager.default.contents(atPath: directory.key),
            let key = DeviceKey(text: String(decoding: text, as: UTF8.self))?.open(under: keys)
        else {
            throw VerbFailure(.integrity, Words("\(directory.key) is not a device's key.", "\(directory.key) 不是设备密钥。"))
        }
        return key
    }

    var blobs: Blobs { Blobs(store) }

    func context(_ output: Output) -> VerbContext {
        VerbContext(
            store: store, author: identity.user, home: identity.branch, branchCode: identity.branchCode,
            deviceCode: identity.deviceCode, output: output)
    }

    /// Who this device is to a node.
    var client: ClientIdentity {
        ClientIdentity(
            kind: .device, key: key, chain: identity.chain, root: identity.root, authorityFile: directory.authority,
            version: Version.text)
    }

    /// The line to a node; a renewed certificate is kept.
    /// - Parameter url: nil: the node that the device belongs to.
    func upstream(_ url: String?, _ breaker: HTTPBreaker = HTTPBreaker()) -> Upstream {
        let upstream = Upstream(
            url: url ?? identity.upstream, identity: client, breaker: breaker,
            wallMilliseconds: store.environment.wallMilliseconds)
        upstream.onRenewal = { [store] renewed in
            try store.write { try ReplicaIdentity.keep(renewed: renewed, $0) }
        }
        return upstream
    }
}

extension StoreEnvironment {
    /// This machine's clock and randomness.
    static let system = StoreEnvironment(
        wallMilliseconds: { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) },
        randomWord: { Entropy.word() })
}
