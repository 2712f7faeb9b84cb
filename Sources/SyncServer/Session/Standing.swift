import FieldModel
import SyncCore
import SyncStore
import SyncWire

/// What a request is for: who is to leave may still bring what he has, and hear what he is to do.
enum Errand: Sendable {
    case exchange
    /// Change sets, and the bytes of attachments, up.
    case send
    /// To open a session, in which the other errands are asked about again.
    case session
    /// A new certificate.
    case renew
    /// To be another person's.
    case handover
}

/// Whether a peer whose certificate is right may still speak: asked at every request, and again when one has waited
///
extension ReadAccess {
    /// A device or branch that this node did not enrol stands on its certificate: it may be roaming, or this node may
    /// have been restored from before the enrolment.
    func demandStanding(of session: Session, for errand: Errand = .exchange) throws {
        switch session.peer {
        case .device(let id, let user):
            let standing = try standing(ofDevice: id)
            try standing.demand(errand)
            // Who left the organisation is told what to do with the device, and his work is taken before that is done.
            if standing.isToGo { return }
            if try person(user)?.active == false { throw Problem(.revoked, detail: "this person's account is closed") }
        case .branch(let id):
            if let link = try branchLink(id), link.key != session.key.bytes {
                throw Problem(.revoked, detail: "this branch was enrolled again, on another machine")
            }
        }
    }
}

extension DeviceStanding {
    fileprivate var isToGo: Bool { [.wiping, .leaving, .handedOver].contains(state) }

    fileprivate func demand(_ errand: Errand) throws {
        switch (state, errand) {
        case (.leaving, .exchange): throw Problem(.handedOver)
        case (.active, _), (.leaving, _), (.handedOver, .session), (.handedOver, .send), (.handedOver, .handover): break
        case (.compromised, .session), (.compromised, .send), (.wiping, .session): break
        case (.wiping, .send) where wipe?.keepsWork == true: break
        case (.wiping, .renew) where wipe?.keepsWork == true: break
        case (.suspended, _): throw Problem(.suspended)
        case (.revoked, _), (.compromised, _): throw Problem(.revoked)
        case (.wiping, _), (.wiped, _): throw Problem(.wiped)
        case (.handedOver, _): throw Problem(.handedOver)
        }
    }
}
