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
    let use: ReplicaUse

    static func open(_ directory: ReplicaDirectory, for purpose: ReplicaPurpose = .reading) throws -> Replica {
        let use = try directory.entered()
        let keys = try ReplicaVault(directory).open()
        let key = try signingKey(directory.key, keys)
        let store = try Store(
            path: directory.database, role: .device, environment: .system, creating: false, keys: keys)
        guard let identity = try store.read({ try ReplicaIdentity($0) }) else { throw VerbFailure(.notEnrolled) }
        let replica = Replica(directory: directory, store: store, key: key, identity: identity, use: use)
        if purpose != .exchanging, try store.read({ try $0.isToWipe() }) { throw VerbFailure(.wiped) }
        try replica.demandLease(purpose)
        return replica
    }

    static func signingKey(_ file: String, _ keys: DataKeys) throws -> SigningKey {
        guard let text = FileManager.default.contents(atPath: file),
            let key = SigningKey(SealedSecret(text: String(decoding: text, as: UTF8.self), .device), under: keys)
        else { throw VerbFailure(.integrity, Words("\(file) is not a device's key.", "\(file) 不是设备密钥。")) }
        return key
    }

    var blobs: Blobs { Blobs(store) }

    func context(_ output: Output) throws -> VerbContext {
        let notices = try lease()?.words.map { [$0] } ?? []
        return VerbContext(
            store: store, author: identity.user, home: identity.branch, branchCode: identity.branchCode,
            deviceCode: identity.deviceCode, output: output,
            notices: notices)
    }

    /// Who this device is to a node.
    var client: ClientIdentity {
        ClientIdentity(
            kind: .device, key: key, chain: identity.chain, root: identity.root, authorityFile: directory.authority,
            version: Version.text)
    }

    /// The same replica, which knows of these root keys of HQ's.
    func learning(_ root: Roots) throws -> Replica {
        if root == identity.root { return self }
        try store.write { try ReplicaIdentity.keep(root, $0) }
        guard let identity = try store.read({ try ReplicaIdentity($0) }) else { throw VerbFailure(.notEnrolled) }
        return Replica(directory: directory, store: store, key: key, identity: identity, use: use)
    }

    /// The line to a node; a renewed certificate is kept.
    /// - Parameter url: nil: the node that the device belongs to.
    func upstream(_ url: String?, _ breaker: HTTPBreaker = HTTPBreaker()) -> Upstream {
        let upstream = Upstream(
            url: url ?? identity.upstream, identity: client, breaker: breaker,
            wallMilliseconds: store.environment.wallMilliseconds)
        upstream.onRotation = { [store] roots in try store.write { try ReplicaIdentity.keep(roots, $0) } }
        upstream.onRenewal = { [store] renewed in
            try store.write { try ReplicaIdentity.keep(renewed: renewed, $0) }
        }
        upstream.onSession = { try noteContact($0) }
        return upstream
    }
}

extension ReplicaDirectory {
    /// Goes on with a wipe, a handover or a salvage that was broken off.
    /// - Throws: `wiped`, or `not_enrolled` where there is no replica.
    func demandEnrolled() throws {
        try finishBegun()
        guard isEnrolled else { throw VerbFailure(.notEnrolled) }
        try sealPlain()
    }

    /// The same where the database is gone and its journal is left.
    func demandRemains() throws {
        try finishBegun()
        guard isEnrolled || FileManager.default.fileExists(atPath: journal) else { throw VerbFailure(.notEnrolled) }
        try sealPlain()
    }

    private func sealPlain() throws {
        guard PlainReplica.isIn(self) else { return }
        try withExtendedLifetime(ReplicaUse(self, alone: true)) { try PlainReplica(self).seal() }
    }

    func finishBegun() throws {
        try WipedMark.demandNone(in: self)
        guard isOtherWaiting else { return }
        try withExtendedLifetime(ReplicaUse(self, alone: true)) {
            try Successor.finish(in: self)
            try Salvaging.finish(in: self)
        }
    }

    private var isOtherWaiting: Bool { Successor.isWaiting(in: self) || Salvaging.isWaiting(in: self) }

    /// The replica to work with: nobody puts another in its place while this is held.
    fileprivate func entered() throws -> ReplicaUse {
        try demandEnrolled()
        let use = try ReplicaUse(self)
        return isOtherWaiting ? try entered() : use
    }
}

extension StoreEnvironment {
    /// This machine's clock and randomness.
    static let system = StoreEnvironment(
        wallMilliseconds: { Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)) },
        randomWord: { Entropy.word() })
}
