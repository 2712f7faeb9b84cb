import Foundation
import SyncCore
import SyncStore
package import SyncWire

/// A node's data keys, made with the node and sealed under a key file; and the node's other keys, sealed under those.
package struct NodeVault: Sendable {
    let directory: NodeDirectory

    package init(_ directory: NodeDirectory) { self.directory = directory }

    /// Those of a node that is there. One of a version that sealed nothing gets some, and so do its other keys.
    func openAdopting() throws -> DataKeys {
        let isPlain = PlainAdoption.isNeeded(directory.database)
        let keys = try isPlain ? make(keyFile: nil) : open()
        try sealPlainKeys(keys)
        return keys
    }

    /// The keys of a new node; those of a set-up that was broken off, if there was one.
    /// - Parameter keyFile: absolute; nil: one is made in the node's folder.
    func make(keyFile: String?) throws -> DataKeys {
        if FileManager.default.fileExists(atPath: directory.dataKeys) { return try open() }
        if keyFile == nil, !FileManager.default.fileExists(atPath: directory.keyFile) {
            try directory.write(
                Hex.digits(Entropy.bytes(KeyLock.keyFileBytesMin)) + "\n", to: directory.keyFile)
        }
        let keys = DataKeys(.random())
        try keep(keys, .keyFile(path: keyFile ?? NodeDirectory.keyFileName))
        return keys
    }

    /// - Parameter keyFile: to be used in place of the one whose path is remembered.
    /// - Throws: `NodeFailure.sealed` when the key file is not there or is another one.
    package func open(keyFile: String? = nil) throws(NodeFailure) -> DataKeys {
        let locked = try locked()
        guard case .keyFile(let path) = locked.lock else { throw .damagedIdentity(directory.dataKeys) }
        let file = keyFile ?? self.path(of: path)
        guard let keys = locked.open(under: try secret(file)) else { throw .sealed(keyFile: file) }
        return keys
    }

    /// Seals the keys under another key file, which is remembered.
    package func change(_ keys: DataKeys, keyFile: String) throws {
        try keep(keys, .keyFile(path: keyFile))
        // The one that was made with the node opens nothing any more.
        if keyFile != directory.keyFile { try? FileManager.default.removeItem(atPath: directory.keyFile) }
    }

    /// Seals other keys under the key file that opened these.
    package func replace(with keys: DataKeys) throws { try keep(keys, try locked().lock) }

    private func keep(_ keys: DataKeys, _ lock: KeyLock) throws {
        guard case .keyFile(let path) = lock else { preconditionFailure("a node has a key file") }
        let locked = LockedKeys.seal(keys, lock, under: try secret(self.path(of: path)))
        try directory.write(locked.text, to: directory.dataKeys)
    }

    private func locked() throws(NodeFailure) -> LockedKeys {
        guard let locked = LockedKeys(text: try directory.readText(directory.dataKeys)) else {
            throw .damagedIdentity(directory.dataKeys)
        }
        return locked
    }

    private func secret(_ file: String) throws(NodeFailure) -> [UInt8] {
        guard let content = FileManager.default.contents(atPath: file),
            let secret = KeyLock.secret(ofKeyFile: [UInt8](content))
        else { throw .sealed(keyFile: file) }
        return secret
    }

    /// A path that is not absolute begins in the node's folder, wherever that is moved.
    private func path(of keyFile: String) -> String {
        keyFile.hasPrefix("/") ? keyFile : directory.path + "/" + keyFile
    }
}
