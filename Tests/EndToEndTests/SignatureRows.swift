import SyncCore
@testable import SyncStore

extension WriteAccess {
    /// An author's signatures get lost.
    func loseHeadSignatures(of replica: ReplicaID) throws {
        let row = try prepare("DELETE FROM head_signature WHERE replica = ?")
        row.bind(1, try names.local(replica))
        try row.run()
    }
}
