import Foundation
import SyncCore
import SyncStore

/// The files of a node.
package struct NodeDirectory: Hashable, Sendable {
    package let path: String

    package init(_ path: String) { self.path = path }

    package var database: String { file("node.db") }
    /// The node's Ed25519 key, sealed.
    var key: String { file("node.key") }
    /// The data keys, sealed, and the key file that opens them where no other was given.
    package var dataKeys: String { file("data.keys") }
    package var keyFile: String { file(Self.keyFileName) }
    static let keyFileName = "data.key"
    /// The certificate that this node shows, and its key, sealed.
    package var tlsCertificate: String { file("tls.pem") }
    var tlsKey: String { file("tls.key") }
    /// The organisation's certificate authority; its key is at HQ only, sealed.
    package var authority: String { file("ca.pem") }
    var authorityKey: String { file("ca.key") }
    package var lock: String { file("lock") }
    package var controlSocket: String { file("control.sock") }

    /// Attachments, by hash.
    package var blobs: String { file("blobs") }
    /// What `/metrics` asks of a scraper on another machine, as text; made by whoever operates the node.
    package var metricsTokenFile: String { file("metrics.token") }

    private func file(_ name: String) -> String { path + "/" + name }

    /// Makes the directory, for its owner alone.
    func create() throws { try DurableFile.makeFolder(path) }

    /// Nil where there is no such file, or nothing in it.
    func metricsToken() throws(NodeFailure) -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: metricsTokenFile) else { return nil }
        let token = try readText(metricsTokenFile).trimmingCharacters(in: .whitespacesAndNewlines)
        return token.isEmpty ? nil : Array(token.utf8)
    }

    func readText(_ file: String) throws(NodeFailure) -> String {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { throw .unreadable(file) }
        return text
    }

    /// Writes a file that nobody but its owner may read, whole or not at all.
    func write(_ text: String, to file: String) throws { try DurableFile.write(Array(text.utf8), to: file) }
}

/// Why a node could not be made or opened.
package enum NodeFailure: Error, Equatable {
    /// There is a node in the directory already.
    case exists(path: String)
    /// There is none, or its set-up was never finished.
    case missing(path: String)
    case unreadable(String)
    case unwritable(String)
    /// Another process serves this directory, or works in it.
    case locked(path: String)
    /// The key file that opens the node's data is not there, or is another one.
    case sealed(keyFile: String)
    /// What is kept of the node's identity does not fit together.
    case damagedIdentity(String)
    /// The answer of the upstream is not for this node.
    case notEnrolled(String)
}
