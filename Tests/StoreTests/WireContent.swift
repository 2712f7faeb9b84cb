import FieldModel
import Foundation
import SyncCore
import SyncWire

/// Decoded messages in the form of the vectors' `content`.
enum WireContent {
    typealias Object = WireVector.Object

    static func of(_ set: ChangeSet) -> Object {
        [
            "timestamp": of(set.timestamp), "author": hex(set.author), "replaces": orNull(set.replaces.map(Hex.digits)),
            "changes": set.changes.map(of),
        ]
    }

    static func of(_ head: SignedAuditHead) -> Object {
        [
            "node": hex(head.node.subject), "kind": "\(head.node.kind)",
            "epoch": Hex.digits(head.epoch), "n": head.n, "chain": Hex.digits(head.chain), "at": head.at,
        ]
    }

    private static func of(_ change: Change) -> Object {
        let subject: Object = ["type": change.type, "record": hex(change.record)]
        let effect: Object =
            switch change.effect {
            case .witness(let state): ["witness": of(state)]
            case .write(let write):
                [
                    "dot": of(write.dot), "creates": write.creates, "rule": orNull(write.rule.map(hex)),
                    "fields": write.fields.map(of),
                ]
            }
        return subject.merging(effect) { $1 }
    }

    private static func of(_ field: FieldWrite) -> Object {
        ["tag": field.tag, "value": orNull(field.value.map(of)), "overwrites": field.overwrites.map(of)]
    }

    static func of(_ order: SignedDeviceOrder) -> Object {
        switch order.task {
        case .wipe(let keepsWork): ["task": "wipe", "order": hex(order.order), "keep_work": keepsWork]
        case .handover: ["task": "handover", "order": hex(order.order), "keep_work": false]
        }
    }

    static func of(_ report: WipeReport) -> Object {
        [
            "device": hex(report.device.subject), "order": hex(report.order), "at": report.at, "unsent": report.unsent,
        ]
    }

    static func of(_ type: TypeTag, _ id: RecordID, _ state: RecordState) -> Object {
        let hash = RecordStateCodec.hash(type: type, id: id, state: state)
        return ["type": type, "id": hex(id), "state": of(state), "hash": digits(hash)]
    }

    private static func of(_ state: RecordState) -> Object {
        [
            "known": of(state.known),
            "fields": state.fields.map { field in
                [
                    "tag": field.tag, "siblings": field.state.siblings.map(of),
                    "superseded": field.state.superseded.map(of),
                ] as Object
            },
        ]
    }

    private static func of(_ sibling: Sibling) -> Object {
        [
            "dot": of(sibling.dot), "timestamp": of(sibling.timestamp), "author": hex(sibling.author),
            "value": of(sibling.value),
        ]
    }

    private static func of(_ value: Value) -> Object {
        switch value {
        case .text(let text): ["text": text]
        case .integer(let integer): ["integer": integer]
        case .decimal(let unscaled, let scale): ["decimal": [unscaled, Int64(scale)]]
        case .bool(let bool): ["boolean": bool]
        case .instant(let milliseconds, let offset): ["instant": [milliseconds, Int64(offset)]]
        case .date(let days): ["date": days]
        case .money(let minor, let currency): ["money": [minor, currency] as [Any]]
        case .reference(let id): ["reference": hex(id)]
        case .known(let dots): ["known": of(dots)]
        case .sealed(let key, let content): ["sealed": [Hex.digits(key), Hex.digits(content)]]
        case .opaque(let kind, let bytes): ["opaque": [kind, Hex.digits(bytes)] as [Any]]
        }
    }

    private static func of(_ dots: KnownDots) -> [[Any]] {
        dots.runs.map { [$0.replica.description, $0.first, $0.last] }
    }

    private static func of(_ dot: Dot) -> [Any] { [dot.replica.description, dot.n] }
    private static func of(_ timestamp: Timestamp) -> [Int64] { [timestamp.milliseconds, Int64(timestamp.counter)] }
    private static func hex(_ id: RecordID) -> String { Hex.digits(id.bytes) }
    private static func orNull(_ value: Any?) -> Any { value ?? NSNull() }
}

extension WireContent {
    static func of(_ identity: Identity) -> Object {
        [
            "kind": "\(identity.kind)", "key": Hex.digits(identity.key.bytes), "subject": hex(identity.subject),
            "user": orNull(identity.user.map(hex)), "branch": orNull(identity.branch.map(hex)), "name": identity.name,
            "code": identity.code, "issued_at": identity.issuedAt, "expires_at": identity.expiresAt,
        ]
    }

    static func of(_ run: SignedRun) -> Object {
        [
            "author": hex(run.author.subject), "replica": run.replica.description,
            "before": [run.before.seq, Hex.digits(run.before.hash)] as [Any],
            "hashes": run.hashes.map { Hex.digits($0) },
        ]
    }

    static func of(_ bundle: SealedBundle) throws -> Object {
        let (header, writer) = (bundle.header, bundle.writer)
        var parts: [[Any]] = []
        var reader = try bundle.parts()
        while let part = try reader.next() {
            switch part {
            case .push(let push): parts.append(["push", push.runs.count])
            case .results(let answer): parts.append(["results", answer.results.count])
            case .page(let page): parts.append(["page", page.states.count])
            case .header, .seal: parts.append(["out of place"])
            }
        }
        return [
            "writer": hex(writer.subject), "kind": "\(writer.kind)", "created_at": header.createdAt,
            "recipient": Hex.digits([UInt8](header.recipient)), "recipient_name": header.recipientName,
            "checkpoint": orNull(header.hasCheckpoint ? of(header.checkpoint) : nil),
            "since": orNull(header.hasSince ? of(header.since) : nil),
            "heads": header.heads.map {
                [Hex.digits($0.replica), $0.seq, Hex.digits([UInt8]($0.hash))] as [Any]
            }, "parts": parts,
        ]
    }

    private static func of(_ checkpoint: WireCheckpoint) -> [Any] {
        [Hex.digits(checkpoint.epoch), checkpoint.position, Hex.digits(checkpoint.token)]
    }

    static func of(_ signed: SignedReceipt) -> Object {
        let receipt = signed.receipt
        return [
            "node": hex(signed.node.subject), "kind": "\(signed.node.kind)", "replica": Hex.digits(receipt.replica),
            "seq": receipt.seq, "hash": Hex.digits(receipt.hash), "epoch": Hex.digits(receipt.epoch),
            "first_seq": receipt.firstSeq, "refusals": receipt.refusals.map { [$0.seq, $0.code] as [Any] },
            "undecided": receipt.undecided, "hq": receipt.hq,
        ]
    }

    static func of(_ code: EnrolmentCode) -> Object {
        ["secret": Hex.digits(code.secret), "fingerprint": Hex.digits(code.fingerprint), "text": code.text]
    }

    static func of(_ request: WirePullRequest) -> Object {
        [
            "cursor": Hex.digits(request.cursor), "page_bytes_max": request.pageBytesMax, "wait": request.wait,
        ]
    }

    static func of(_ request: WireReconcileRequest) -> Object {
        ["hashes": request.listed.map { $0.hashes.map { Hex.digits($0) } }]
    }

    static func of(_ number: ReadableNumber) -> Object {
        [
            "prefix": number.prefix, "branch": number.branch, "device": number.device, "counter": number.counter,
            "text": number.text,
        ]
    }

    /// The digest of every scope and how many records it is of, by the scope's name.
    static func ofDigests(_ records: [(type: TypeTag, id: RecordID, state: RecordState)]) -> Object {
        var scopes: [String: (digest: ScopeDigest, count: Int)] = [:]
        for (type, id, state) in records {
            let scope = state.scope ?? ""
            scopes[scope, default: (ScopeDigest(), 0)].digest.add(
                RecordStateCodec.hash(type: type, id: id, state: state))
            scopes[scope]?.count += 1
        }
        return [
            "digests": scopes.sorted { $0.key < $1.key }.map {
                [$0.key, digits($0.value.digest.sum), $0.value.count] as [Any]
            }
        ]
    }

    private static func digits(_ hash: UInt128) -> String {
        Hex.digits(UInt64(hash >> 64)) + Hex.digits(UInt64(truncatingIfNeeded: hash))
    }
}
