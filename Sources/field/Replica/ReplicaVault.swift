import FieldModel
import Foundation
import SyncWire
import Verbs

/// A replica's data keys, and what opens them.
struct ReplicaVault {
    private let directory: ReplicaDirectory

    init(_ directory: ReplicaDirectory) { self.directory = directory }

    /// The keys of an enrolment that was interrupted, or new ones.
    func make(keyFile: String?) throws -> DataKeys {
        if FileManager.default.fileExists(atPath: directory.dataKeys) { return try open() }
        let (lock, secret) = try Secret.new(keyFile: keyFile)
        let keys = DataKeys(.random())
        try directory.create()
        try directory.write(LockedKeys.seal(keys, lock, under: secret).text, to: directory.dataKeys)
        return keys
    }

    /// From the kernel after `unlock`, else by the key file or the passphrase.
    /// - Throws: `locked`, 11.
    func open() throws -> DataKeys {
        let locked = try locked()
        if let keys = KernelKeyring.keys(locked) { return keys }
        return try opened(locked).keys
    }

    /// - Returns: the seconds for which commands find the keys in the kernel.
    func unlock(seconds: UInt32) throws {
        let locked = try locked()
        try KernelKeyring.keep(opened(locked).keys, of: locked, seconds: seconds)
    }

    /// - Returns: whether they were unlocked.
    func lock() throws -> Bool { try KernelKeyring.remove(locked()) }

    /// Seals the keys under another key file or passphrase.
    func change(keyFile: String?) throws {
        let (before, keys) = (try locked(), try open())
        let (lock, secret) = try Secret.new(keyFile: keyFile)
        try directory.write(LockedKeys.seal(keys, lock, under: secret).text, to: directory.dataKeys)
        _ = KernelKeyring.remove(before)
    }

    /// Seals other keys under what opens these.
    /// - Parameter keys: are given the old ones.
    func replace(with keys: (DataKeys) -> DataKeys) throws -> DataKeys {
        let before = try locked()
        let opened = try opened(before)
        let new = keys(opened.keys)
        try directory.write(LockedKeys.seal(new, before.lock, under: opened.secret).text, to: directory.dataKeys)
        _ = KernelKeyring.remove(before)
        return new
    }

    private func opened(_ locked: LockedKeys) throws -> (keys: DataKeys, secret: [UInt8]) {
        guard let secret = Secret.opening(locked.lock), let keys = locked.open(under: secret) else {
            throw VerbFailure(.locked)
        }
        return (keys, secret)
    }

    private func locked() throws -> LockedKeys {
        guard let text = FileManager.default.contents(atPath: directory.dataKeys),
            let locked = LockedKeys(text: String(decoding: text, as: UTF8.self))
        else {
            let path = directory.dataKeys
            throw VerbFailure(.integrity, Words("\(path) does not hold a replica's keys.", "\(path) 不是副本的密钥。"))
        }
        return locked
    }
}
