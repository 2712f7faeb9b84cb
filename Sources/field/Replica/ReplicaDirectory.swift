import FieldModel
import Foundation
import SyncStore
import SyncWire
import Verbs

/// The files of a device's replica.
struct ReplicaDirectory {
    let path: String

    var database: String { path + "/replica.db" }
    /// The data keys, sealed under a passphrase or a key file.
    var dataKeys: String { path + "/data.keys" }
    /// The device's key, sealed under the data key.
    var key: String { path + "/device.key" }
    /// The organisation's certificate authority.
    var authority: String { path + "/ca.pem" }
    /// Held while the database is open.
    var useLock: String { path + "/use.lock" }
    /// Held during an exchange.
    var exchangeLock: String { path + "/exchange.lock" }

    /// Held while attachments are carried.
    var blobLock: String { path + "/blobs.lock" }

    /// What says that this replica erased itself.
    var wiped: String { path + "/wiped" }
    /// The next person's, while the device is handed over.
    var nextDataKeys: String { dataKeys + ".next" }
    var nextKey: String { key + ".next" }
    var nextDatabase: String { path + "/next.db" }
    var blobs: String { path + "/blobs" }
    /// The keys of people beside the database, and its unsent change sets.
    var people: String { database + "-people" }
    var journal: String { database + "-unsent" }
    /// What the names of a fresh replica on its way into the place of a damaged one, and of the damaged one, begin with.
    var salvage: String { database + ".salvage-" }
    var damaged: String { database + ".damaged-" }

    /// A file with its drafts, its log and whatever else is called after it.
    func family(of file: String) -> [String] {
        let name = URL(filePath: file).lastPathComponent
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasPrefix(name) }.sorted().map { path + "/" + $0 }
    }

    /// `--replica`, else `$FIELD_HOME`, else `$XDG_DATA_HOME/field`, else `~/.local/share/field`.
    init(option: String?) {
        let environment = ProcessInfo.processInfo.environment.filter { !$0.value.isEmpty }
        path =
            option ?? environment["FIELD_HOME"] ?? environment["XDG_DATA_HOME"].map { $0 + "/field" }
            ?? FileManager.default.homeDirectoryForCurrentUser.path + "/.local/share/field"
    }

    var isEnrolled: Bool { FileManager.default.fileExists(atPath: database) }

    func create() throws { try DurableFile.makeFolder(path) }

    /// Writes a file that nobody but its owner may read, whole or not at all.
    func write(_ text: String, to file: String) throws { try DurableFile.write(Array(text.utf8), to: file) }
}
