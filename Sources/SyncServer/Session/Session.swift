import SyncCore
import SyncWire

/// Who sent a request. Every question of who may do what is answered here.
struct Session: Hashable, Sendable {
    enum Peer: Hashable, Sendable {
        case device(id: RecordID, user: RecordID)
        /// A node below this one, by its record.
        case branch(RecordID)
    }

    let peer: Peer
    let key: PublicKey

    init(peer: Peer, key: PublicKey) {
        self.peer = peer
        self.key = key
    }

    /// HQ's own key opens no session: HQ has no upstream.
    init?(_ identity: Identity) {
        switch (identity.kind, identity.user) {
        case (.device, let user?): self.init(peer: .device(id: identity.subject, user: user), key: identity.key)
        case (.branch, _): self.init(peer: .branch(identity.subject), key: identity.key)
        default: return nil
        }
    }

    /// The device's id, or the branch's record.
    var id: RecordID {
        switch peer {
        case .device(let id, _), .branch(let id): id
        }
    }

    var branch: RecordID? { if case .branch(let id) = peer { id } else { nil } }

    /// A node relays the runs of others; a device brings its own only.
    func mayPush(runOf author: Identity) -> Bool { branch != nil || author.key == key }

    /// Whose holdings decide what it sees: the person's, or the branch's.
    var holder: RecordID {
        switch peer {
        case .device(_, let user): user
        case .branch(let record): record
        }
    }
}
