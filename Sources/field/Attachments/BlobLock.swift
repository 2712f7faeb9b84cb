import Foundation
import SyncWire
import Verbs

/// One process at a time carries a replica's attachments. The lock ends with the process whatever way that ends.
struct BlobLock: ~Copyable {
    private let descriptor: Int32

    /// Nil while another process carries them: it is not waited for, since a film may take an hour.
    init?(_ directory: ReplicaDirectory) throws {
        let file = open(directory.blobLock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw VerbFailure(.ioError) }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            close(file)
            return nil
        }
        descriptor = file
    }

    deinit { close(descriptor) }
}
