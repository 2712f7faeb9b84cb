import Foundation
import SyncCore
package import SyncWire

/// The keys that lie beside the database, each sealed under the node's data key.
extension NodeVault {
    /// - Throws: `NodeFailure.damagedIdentity` where it does not open.
    package func secret(_ kind: SealedSecret.Kind) throws(NodeFailure) -> [UInt8] { try secret(kind, open()) }

    /// The node's key; at HQ with how the root key was replaced, which a database of earlier does not know.
    func signingKey(_ keys: DataKeys) throws(NodeFailure) -> (SigningKey, rotations: [WireSignedRootRotation]) {
        let secret = try secret(.node, keys)
        let rotations = try? WireSessionResponse(bounded: Array(secret.dropFirst(SigningKey.seedBytes))).rotations
        guard secret.count >= SigningKey.seedBytes, let rotations else { throw .damagedIdentity(file(of: .node)) }
        return (SigningKey(seed: Array(secret.prefix(SigningKey.seedBytes))), rotations)
    }

    func keep(_ key: SigningKey, _ root: Roots, _ keys: DataKeys) throws {
        try keep(key.seed + root.keptRotations, .node, keys)
    }

    func text(_ kind: SealedSecret.Kind, _ keys: DataKeys) throws(NodeFailure) -> String {
        String(decoding: try secret(kind, keys), as: UTF8.self)
    }

    func keep(_ secret: [UInt8], _ kind: SealedSecret.Kind, _ keys: DataKeys) throws {
        try directory.write(SealedSecret.seal(secret, kind, under: keys.current).text, to: file(of: kind))
    }

    /// Seals those that an earlier version left in the clear: a seed in hexadecimal digits, or PEM.
    func sealPlainKeys(_ keys: DataKeys) throws {
        for kind in [SealedSecret.Kind.node, .tls, .authority]
        where FileManager.default.fileExists(atPath: file(of: kind)) {
            let text = try directory.readText(file(of: kind))
            if SealedSecret(text: text, kind) != nil { continue }
            let seed = Hex.bytes(text.trimmingCharacters(in: .whitespacesAndNewlines))
            if kind == .node, seed?.count != SigningKey.seedBytes { throw NodeFailure.damagedIdentity(file(of: kind)) }
            try keep(kind == .node ? seed ?? [] : Array(text.utf8), kind, keys)
        }
    }

    /// Seals those that are there under the first of the data keys.
    func sealAgain(_ keys: DataKeys) throws {
        for kind in [SealedSecret.Kind.node, .tls, .authority]
        where FileManager.default.fileExists(atPath: file(of: kind)) {
            try keep(secret(kind, keys), kind, keys)
        }
    }

    private func secret(_ kind: SealedSecret.Kind, _ keys: DataKeys) throws(NodeFailure) -> [UInt8] {
        let file = file(of: kind)
        guard let secret = SealedSecret(text: try directory.readText(file), kind)?.open(under: keys) else {
            throw .damagedIdentity(file)
        }
        return secret
    }

    private func file(of kind: SealedSecret.Kind) -> String {
        switch kind {
        case .node: directory.key
        case .tls: directory.tlsKey
        case .authority: directory.authorityKey
        case .device: preconditionFailure("a node has no device's key")
        }
    }
}
