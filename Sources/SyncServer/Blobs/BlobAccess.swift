import FieldModel
import SyncCore
import SyncStore
import SyncWire

/// A blob that somebody may ask for: an attachment that he may see names it.
struct VisibleBlob: Sendable {
    let hash: BlobHash
    /// The sizes that the records say. They differ where one of them is wrong.
    let sizes: Set<Int64>
    let row: BlobRow?

    func demand(total: Int64) throws {
        guard sizes.contains(total) else {
            throw Problem(.constraint, detail: "no attachment says that its bytes are \(total)")
        }
    }
}

extension ReadAccess {
    /// - Throws: `not_found` for a blob that no record names and for one that he may not see alike.
    func visibleBlob(_ text: String?, for session: Session) throws -> VisibleBlob {
        try blob(text) { try holds(session.holder, scope: $0.scope) }
    }

    /// A blob that somebody may send: one that he may see, and one of an attachment that he wrote and may not see any more.
    func expectedBlob(_ text: String?, from session: Session) throws -> VisibleBlob {
        try blob(text) { try holds(session.holder, scope: $0.scope) || hasWritten($0.record, session) }
    }

    private func blob(_ text: String?, _ isMeant: (BlobReference) throws -> Bool) throws -> VisibleBlob {
        guard let hash = text.flatMap({ BlobHash(text: $0) }) else { throw Problem(.notFound) }
        let references = try references(to: hash).filter(isMeant)
        if references.isEmpty { throw Problem(.notFound) }
        return VisibleBlob(hash: hash, sizes: Set(references.map(\.size)), row: try blob(hash))
    }
}

extension ReadAccess {
    /// Whether an attachment is by a person, or by somebody of a branch.
    private func hasWritten(_ attachment: RecordID, _ session: Session) throws -> Bool {
        let named = Catalogue.attachment.field(named: "sha256").flatMap { try? state(of: attachment)?[$0.tag].latest }
        guard let author = named?.author else { return false }
        return try author == session.holder || session.branch.map { try person(author)?.branch == $0 } ?? false
    }
}

extension Session {
    /// Whose transfers are kept apart from everybody else's.
    var blobPeer: String {
        switch peer {
        case .device(let id, _), .branch(let id): id.description.filter { $0 != "-" }
        }
    }
}
