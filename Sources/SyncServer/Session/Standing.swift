import SyncCore
import SyncStore
import SyncWire

/// Whether a peer whose certificate is right may still speak: asked at every request.
extension ReadAccess {
    /// A device or branch that this node did not enrol stands on its certificate: it may be roaming, or this node may
    /// have been restored from before the enrolment.
    func demandStanding(of session: Session) throws {
        switch session.peer {
        case .device(let id, let user):
            switch try device(id)?.state {
            case .revoked: throw Problem(.revoked)
            case .suspended: throw Problem(.suspended)
            case .active, nil: break
            }
            if try person(user)?.active == false { throw Problem(.revoked, detail: "this person's account is closed") }
        case .branch(let id):
            if let link = try branchLink(id), link.key != session.key.bytes {
                throw Problem(.revoked, detail: "this branch was enrolled again, on another machine")
            }
        }
    }
}
