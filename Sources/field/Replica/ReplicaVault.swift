import FieldModel
import Foundation
import SyncStore
import SyncWire
import Verbs

/// A replica's data keys, and what opens them.
struct ReplicaVault {
    private let directory: ReplicaDirectory
    private let file: String

    init(_ directory: ReplicaDirectory) { self.init(directory, directory.dataKeys) }

    private init(_ directory: ReplicaDirectory, _ file: String) { (self.directory, self.file) = (directory, file) }

    /// Of the next person, while the device is handed over.
    static func next(in directory: ReplicaDirectory) -> ReplicaVault { ReplicaVault(directory, directory.nextDataKeys) }

    /// The file that opens it; nil: a passphrase does.
    func keyFile() throws -> String? {
        if case .keyFile(let path) = try locked().lock { path } else { nil }
    }

    /// The keys of an enrolment that was interrupted, or new ones.
    func make(keyFile: String?) throws -> DataKeys { try make { try Secret.new(keyFile: keyFile) } }

    /// - Parameter newLock: what is to open new ones.
    func make(under newLock: () throws -> (KeyLock, [UInt8])) throws -> DataKeys {
        if FileManager.default.fileExists(atPath: file) { return try open() }
        let (lock, secret) = try newLock()
        let keys = DataKeys(.random())
        try directory.create()
        try directory.write(LockedKeys.seal(keys, lock, under: secret).text, to: file)
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
        try directory.write(LockedKeys.seal(keys, lock, under: secret).text, to: file)
        _ = KernelKeyring.remove(before)
    }

    /// Seals other keys under what opens these.
    /// - Parameter keys: are given the old ones.
    func replace(with keys: (DataKeys) -> DataKeys) throws -> DataKeys {
        let before = try locked()
        let opened = try opened(before)
        let new = keys(opened.keys)
        try directory.write(LockedKeys.seal(new, before.lock, under: opened.secret).text, to: file)
        _ = KernelKeyring.remove(before)
        return new
    }

    /// Overwrites the keys, and takes them out of the kernel's memory: what they sealed is unreadable from then on.
    static func erase(_ file: String) throws {
        if let text = FileManager.default.contents(atPath: file),
            let locked = LockedKeys(text: String(decoding: text, as: UTF8.self))
        {
            _ = KernelKeyring.remove(locked)
        }
        try Erasure.erase(file)
    }

    private func opened(_ locked: LockedKeys) throws -> (keys: DataKeys, secret: [UInt8]) {
        guard let secret = Secret.opening(locked.lock), let keys = locked.open(under: secret) else {
            throw VerbFailure(.locked)
        }
        return (keys, secret)
    }

    private func locked() throws -> LockedKeys {
        guard let text = FileManager.default.contents(atPath: file),
            let locked = LockedKeys(text: String(decoding: text, as: UTF8.self))
        else {
            throw VerbFailure(.integrity, Words("\(file) does not hold a replica's keys.", "\(file) 不是副本的密钥。"))
        }
        return locked
    }
}
