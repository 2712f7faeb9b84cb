import FieldModel
import SyncCore
package import SyncStore
package import SyncWire

/// An attachment's record with what is known here of its bytes.
package struct AttachmentView {
    package let record: ShownRecord
    package let hash: BlobHash
    package let size: Int64
    /// Nil: nothing is known here but what the record says.
    package let blob: BlobRow?
    private let role: StoreRole

    /// Nil for a record without bytes to speak of.
    init?(_ record: ShownRecord, _ access: ReadAccess) throws {
        guard let hash = record.text(of: "sha256").flatMap({ BlobHash(text: $0) }),
            case .one(.integer(let size))? = record["size"]
        else { return nil }
        (self.record, self.hash, self.size) = (record, hash, size)
        blob = try access.blob(hash)
        role = access.role
    }

    package var here: Bool { blob?.here == true }

    /// How far up the bytes are known to be; nil: not known here, nor are they here.
    var stage: BlobStage? {
        guard let blob else { return nil }
        let least: BlobStage = role == .hq ? .hq : role == .branch ? .branch : .local
        return blob.here ? max(blob.stage, least) : blob.stage == .local ? nil : blob.stage
    }

    /// Per cent of the bytes that the upstream has; nil when no transfer is under way.
    var percent: Int64? {
        guard let blob, blob.here, blob.stage == .local, blob.sent > 0, size > 0 else { return nil }
        return blob.sent * 100 / size
    }

    var json: JSONValue {
        let state: JSONValue = percent != nil ? .string("uploading") : stage.map { .string($0.word) } ?? .null
        let shown = ["subject", "name", "kind", "caption", "media_type", "taken_at"].map { name in
            (name, record[name]?.json ?? .null)
        }
        return .object(
            record.jsonHead + [("sha256", .string(hash.description)), ("size", .integer(size))] + shown + [
                ("state", state), ("percent", percent.map(JSONValue.integer) ?? .null), ("here", .bool(here)),
                ("pinned", .bool(blob?.pinned == true)),
            ])
    }

    /// What a person reads of where the bytes are.
    var words: Words {
        if let percent { return Words("\(percent) % sent", "已上传 \(percent)%") }
        return switch stage {
        case .local?: Words("only here", "仅本机")
        case .branch?: Words("at the branch", "已到分公司")
        case .hq?: Words("at HQ", "已到总部")
        case nil: Words("not here", "不在本机")
        }
    }
}

extension ReadAccess {
    /// The attachment that a text names: by its record, or by the SHA-256 of its bytes.
    package func attachment(_ ref: String) throws -> AttachmentView {
        let named = try BlobHash(text: ref).flatMap { try references(to: $0).first?.record }
        let id = try named ?? Lookup.record(ref, type: EntityTag.attachment, self).id
        guard let record = try record(id, type: EntityTag.attachment)?.record,
            let view = try AttachmentView(record, self)
        else { throw VerbFailure(.notFound) }
        return view
    }
}
