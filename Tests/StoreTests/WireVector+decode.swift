import FieldModel
import Foundation
import SyncCore
import SyncWire

extension WireVector {
    /// What the vector's bytes hold, in the form of its `content`.
    func decode() throws -> Object {
        switch try text("message") {
        case "ChangeSet":
            let replica = try self.replica()
            let set = try ChangeSetCodec.decode(bytes(), replica: replica)
            return WireContent.of(set)
        case "RecordState":
            let decoded = try RecordStateCodec.decode(bytes())
            return WireContent.of(decoded.type, decoded.id, decoded.state)
        case "Frame": return ["message": Hex.digits(try Frame.decode(bytes(), limit: Int(number("limit"))))]
        case "Certificate":
            let chain = try list("chain").map { try WireSignedCertificate(bounded: $0) }
            let now = try number("now")
            return WireContent.of(try CertificateChain.verify(chain, root: root(), expiry: .checked(now: now)))
        case "RootRotation":
            let root = try root()
            return ["root": Hex.digits(root.current.bytes), "earlier": root.rotations.map { Hex.digits($0.old.bytes) }]
        case "Run": return WireContent.of(try SignedRun(verifying: WireRun(bounded: bytes()), root: root()))
        case "Receipt":
            let signed = try WireSignedReceipt(bounded: bytes())
            return WireContent.of(
                try SignedReceipt(verifying: signed, root: root(), expiry: .checked(now: number("now"))))
        case "AuditEntry":
            let (entry, previous) = (try auditEntry(), try bytes("previous"))
            return ["chain": Hex.digits(entry.chained(after: previous))]
        case "AuditHead":
            return WireContent.of(try SignedAuditHead(verifying: WireSignedAuditHead(bounded: bytes()), root: root()))
        case "DeviceOrder":
            let chain = try list("chain").map { try WireSignedCertificate(bounded: $0) }
            let own = try CertificateChain.verify(chain, root: root(), expiry: .ignored)
            let signed = try WireSignedDeviceOrder(bounded: bytes())
            return WireContent.of(try SignedDeviceOrder(verifying: signed, root: root(), own: own))
        case "WipeReport":
            return WireContent.of(try WipeReport(verifying: WireWipeReport(bounded: bytes()), root: root()))
        case "Bundle":
            let bytes = try bytes()
            let source = ByteSource(size: Int64(bytes.count)) { Array(bytes[Int($0)...].prefix($1)) }
            return try WireContent.of(SealedBundle(verifying: source, root: root()))
        case "ContentRange":
            guard let part = BlobPart(contentRange: try text("text")) else { throw WireError.malformed("no part") }
            return ["offset": part.offset, "count": part.count, "total": part.total]
        case "EnrolmentCode": return WireContent.of(try EnrolmentCode(parsing: text("text")))
        case "ReadableNumber": return WireContent.of(try ReadableNumber(text: text("text")))
        case "Signature": return ["signed": try signedPurpose().rawValue]
        case "Digests": return WireContent.ofDigests(try list("states").map { try RecordStateCodec.decode($0) })
        case "PullRequest": return WireContent.of(try WirePullRequest(bounded: bytes()))
        case "PushRequest": return ["sets": try WirePushRequest(bounded: bytes()).runs.map(\.sets.count)]
        case "ReconcileRequest": return WireContent.of(try WireReconcileRequest(bounded: bytes()))
        case let other: throw MalformedWireVector(found: other)
        }
    }

    /// What encodes the decoded content again; nil for messages that are not written by hand.
    func reencoded() throws -> [UInt8]? {
        switch try text("message") {
        case "ChangeSet":
            let replica = try self.replica()
            return ChangeSetCodec.encode(try ChangeSetCodec.decode(bytes(), replica: replica), replica: replica)
        case "RecordState":
            let decoded = try RecordStateCodec.decode(bytes())
            return RecordStateCodec.encode(type: decoded.type, id: decoded.id, state: decoded.state)
        default: return nil
        }
    }

    /// The word of `expect` for an error.
    static func word(_ error: any Error) -> String {
        switch error {
        case WireError.malformed, is EnrolmentCodeError, is ReadableNumberError: "malformed"
        case WireError.tooLarge: "too_large"
        case WireError.decompressionLimit: "decompression_limit"
        case WireError.badSignature: "bad_signature"
        case WireError.upgradeRequired: "upgrade_required"
        case WireError.expired: "expired"
        case WireError.untrusted: "untrusted"
        default: "\(error)"
        }
    }

    /// The purpose for which the case's signature is by its key over its bytes.
    private func signedPurpose() throws -> SignaturePurpose {
        guard let purpose = SignaturePurpose(rawValue: try text("purpose")),
            let key = PublicKey(bytes: try bytes("key"))
        else { throw MalformedWireVector(found: "purpose or key") }
        guard key.verifies(try bytes("signature"), of: try bytes(), for: purpose) else {
            throw WireError.badSignature("")
        }
        return purpose
    }

    private func auditEntry() throws -> AuditEntry {
        let given = try object("entry")
        guard let n = given["n"] as? Int64, let at = given["at"] as? Int64, let position = given["position"] as? Int64,
            let kind = (given["kind"] as? Int64).flatMap(UInt8.init(exactly:)), let detail = given["detail"] as? String
        else { throw MalformedWireVector(found: "entry") }
        let authority = (given["authority"] as? String).flatMap { Hex.bytes($0) }
        var set: AuditEntry.Subject?
        if let parts = given["set"] as? [Any], let replica = (parts[0] as? String).flatMap(ReplicaID.init(hex:)),
            let seq = parts[1] as? UInt64, let hash = (parts[2] as? String).flatMap({ Hex.bytes($0) })
        {
            set = AuditEntry.Subject(replica: replica, seq: seq, hash: hash)
        }
        return AuditEntry(
            n: n, at: at, position: position, kind: kind, set: set, authority: authority.map { Hash.sha256($0) },
            detail: Array(detail.utf8))
    }

    /// With the rotations that the case lets the reader know of.
    private func root() throws -> Roots {
        guard let key = PublicKey(bytes: try bytes("root")) else { throw MalformedWireVector(found: "root") }
        return try Roots(key).taking(optionalList("rotations").map { try WireSignedRootRotation(bounded: $0) })
    }

    private func replica() throws -> ReplicaID {
        guard let replica = ReplicaID(hex: try text("replica")) else { throw MalformedWireVector(found: "replica") }
        return replica
    }
}
