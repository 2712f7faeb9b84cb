import GRDB
import SyncCore

extension WriteAccess {
    /// Computes what is derived from what this transaction changed.
    func project() throws {}
}
