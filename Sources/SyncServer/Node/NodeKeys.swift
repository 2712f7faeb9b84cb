import Foundation
import SyncWire

/// The keys and certificates of a node, as a backup keeps them: with them somebody is this node, without them a restored
/// database is nobody's.
package struct NodeKeys {
    /// By the name of the file.
    private let files: [String: String]

    /// Plain, or sealed under a key file's content (AES-256-GCM).
    private struct Kept: Codable {
        var files: [String: String]?
        var sealed: Data?
    }

    private static let associated = Array("fieldsync backup keys 1".utf8)
    /// A key file shorter than this could be guessed.
    package static let secretBytesMin = 32

    /// - Parameter withoutSecrets: only the data keys, which are sealed: the key file is kept elsewhere, as all other keys.
    package init(of directory: NodeDirectory, withoutSecrets: Bool = false) throws(NodeFailure) {
        var files: [String: String] = [:]
        for path in withoutSecrets ? [directory.dataKeys] : Self.paths(directory)
        where FileManager.default.fileExists(atPath: path) {
            files[(path as NSString).lastPathComponent] = try directory.readText(path)
        }
        self.files = files
    }

    private static func paths(_ directory: NodeDirectory) -> [String] {
        [
            directory.dataKeys, directory.keyFile, directory.key, directory.tlsCertificate, directory.tlsKey,
            directory.authority, directory.authorityKey,
            directory.metricsTokenFile,
        ]
    }

    /// - Parameter secret: of the key file; nil: they are kept as they are.
    package func encoded(secret: [UInt8]?) throws -> [UInt8] {
        let plain = Kept(files: files)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let secret else { return [UInt8](try encoder.encode(plain)) }
        let sealed = Sealing.seal(
            [UInt8](try encoder.encode(plain)), key: Self.key(secret), associated: Self.associated,
            nonce: Entropy.bytes(Sealing.nonceBytes))
        return [UInt8](try encoder.encode(Kept(sealed: Data(sealed))))
    }

    package enum Failure: Error, Equatable {
        /// They are sealed, and no key file was given, or not the one that they were sealed with.
        case locked
        case damaged
    }

    package init(decoding bytes: [UInt8], secret: [UInt8]?) throws(Failure) {
        guard var kept = try? JSONDecoder().decode(Kept.self, from: Data(bytes)) else { throw .damaged }
        if let sealed = kept.sealed {
            guard let secret,
                let plain = Sealing.open([UInt8](sealed), key: Self.key(secret), associated: Self.associated),
                let opened = try? JSONDecoder().decode(Kept.self, from: Data(plain))
            else { throw .locked }
            kept = opened
        }
        guard let files = kept.files else { throw .damaged }
        self.files = files
    }

    /// Puts them where a node has them. Names that are none of a node's are left out.
    func write(to directory: NodeDirectory) throws {
        for path in Self.paths(directory) {
            if let text = files[(path as NSString).lastPathComponent] { try directory.write(text, to: path) }
        }
    }

    private static func key(_ secret: [UInt8]) -> [UInt8] { Hash.hmac(key: secret, associated) }
}
