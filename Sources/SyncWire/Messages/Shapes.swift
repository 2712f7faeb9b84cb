/// The shapes of the messages that are not read by a codec of their own: the whole schema, with the limits of R-3.
extension Shape {
    static let signedCertificate = Shape(
        "SignedCertificate", [1: .bytes("certificate", max: Limits.certificateBytesMax), 2: .bytes("signature")])
    static let signedRootRotation = Shape(
        "SignedRootRotation",
        [
            1: .bytes("rotation", max: Limits.rootRotationBytesMax), 2: .bytes("old_signature"),
            3: .bytes("new_signature"),
        ])
    private static let rotations = Field.list(
        Limits.rootRotationsMax, of: .message("rotations", signedRootRotation))
    private static let chain = Field.list(Limits.chainCertificatesMax, of: .message("chain", signedCertificate))

    static let receipt = Shape(
        "Receipt",
        [
            1: .fixed64("replica"), 2: .uint64("seq"), 3: .bytes("hash"), 4: .fixed64("epoch"), 5: .uint64("first_seq"),
            6: .list(Limits.runSetsMax, of: .message("refusals", refusal)),
            7: .list(Limits.runSetsMax, of: .uint64("undecided")), 8: .bool("hq"),
        ])
    private static let refusal = Shape(
        "Refusal", [1: .uint64("seq"), 2: .bytes("code"), 3: .bytes("message_en"), 4: .bytes("message_zh")])
    static let signedReceipt = Shape(
        "SignedReceipt", [1: .bytes("receipt", max: Limits.receiptBytesMax), 2: .bytes("signature"), 3: chain])

    static let run = Shape(
        "Run",
        [
            1: .fixed64("replica"), 2: .uint64("first_seq"), 3: .bytes("before"),
            4: .list(Limits.runSetsMax, inAll: true, of: .bytes("sets", max: Limits.changeSetBytesMax)),
            5: .bytes("signature"),
            6: chain, 7: .message("verdicts", signedReceipt), 8: .message("base", signedReceipt),
        ])
    static let pushRequest = Shape(
        "PushRequest",
        [
            1: .list(Limits.runsPerPushMax, of: .message("runs", run)), 2: .uint64("pending"), 3: personKeys,
            4: checkpoint,
        ])
    private static let personKeys = Field.list(Limits.personKeysMax, of: .message("person_keys", personKey))
    private static let personKey = Shape(
        "PersonKey", [1: .bytes("person", max: 16), 2: .bytes("key", max: 32), 3: .fixed64("id")])
    static let pushResponse = Shape(
        "PushResponse",
        [1: .list(Limits.runsPerPushMax, of: .message("results", runResult)), 2: .int64("node_time"), 3: checkpoint])
    private static let runResult = Shape(
        "RunResult",
        [
            1: .fixed64("replica"), 2: .word("outcome"), 3: .uint64("next_seq"), 4: .uint64("forked_seq"),
            5: .message("receipt", signedReceipt), 6: .bytes("code"), 7: .bytes("message"),
        ])

    private static let checkpointShape = Shape(
        "Checkpoint", [1: .fixed64("epoch"), 2: .uint64("position"), 3: .fixed64("token")])
    private static let checkpoint = Field.message("checkpoint", checkpointShape)
    private static let states = Field.list(
        Limits.statesPerPageMax, of: .bytes("states", max: Limits.recordStateBytesMax))
    private static let evicted = Field.list(Limits.statesPerPageMax, of: .bytes("evicted", max: 16))
    private static func scopes(_ name: String) -> Field {
        .list(Limits.scopesPerPullMax, of: .bytes(name, max: Limits.nameBytesMax))
    }

    static let pullRequest = Shape(
        "PullRequest",
        [
            1: checkpoint, 2: .bytes("cursor"), 4: .uint32("page_bytes_max"),
            5: .list(Limits.headsPerPullMax, of: .message("heads", chainHead)), 6: .uint32("wait"),
        ])
    private static let chainHead = Shape(
        "ChainHead",
        [
            1: .fixed64("replica"), 2: .uint64("seq"), 3: .bytes("hash"), 4: .uint64("hq_seq"), 5: .fixed64("hq_epoch"),
        ])
    static let pullResponse = Shape(
        "PullResponse",
        [
            1: states, 2: evicted, 3: .bytes("cursor"), 4: .bool("complete"), 5: checkpoint,
            7: .list(Limits.headsPerPullMax, of: .message("receipts", signedReceipt)), 8: .int64("node_time"),
            9: .bool("bootstrapping"), 10: scopes("dropped"), 11: personKeys,
        ])

    static let reconcileRequest = Shape(
        "ReconcileRequest",
        [
            1: .list(Limits.digestsMax, of: .message("digests", scopeDigest)),
            6: .list(Limits.rangesPerReconcileMax, of: .message("ranges", summedRanges)),
            7: .list(Limits.rangesPerReconcileMax, of: .message("listed", listedRange)),
        ])
    private static let scope = Field.bytes("scope", max: Limits.nameBytesMax)
    private static let scopeDigest = Shape(
        "ScopeDigest", [1: scope, 2: .fixed64("high"), 3: .fixed64("low"), 4: .uint64("records")])
    private static let summedRanges = Shape(
        "SummedRanges",
        [
            1: scope, 2: .bytes("after"),
            3: .list(Limits.rangesPerReconcileMax, inAll: true, of: .bytes("upto", max: 16)),
            4: .list(Limits.rangesPerReconcileMax, inAll: true, of: .fixed64("sums")),
        ])
    private static let listedRange = Shape(
        "ListedRange",
        [
            1: scope, 2: .bytes("after"), 3: .bytes("upto"),
            4: .list(Limits.listedHashesMax, of: .fixed64("hashes")),
        ])
    static let reconcileResponse = Shape(
        "ReconcileResponse",
        [
            1: checkpoint, 2: scopes("differing"), 3: states, 5: evicted,
            7: .list(Limits.rangesPerReconcileMax, of: .uint32("differing_ranges")),
            8: .list(Limits.listedHashesMax, of: .fixed64("unknown")), 9: .message("resume", listedPlace),
            10: .bool("recovering"), 11: scopes("dropped"), 12: scopes("unheld"),
            13: personKeys,
        ])
    private static let listedPlace = Shape("ListedPlace", [1: .uint32("range"), 2: .bytes("after")])

    static let enrollRequest = Shape(
        "EnrollRequest",
        [
            1: .bytes("secret"), 2: .bytes("key"), 3: .bytes("proof"), 4: .bytes("name", max: Limits.nameBytesMax),
            5: .bytes("version"), 6: .bytes("tls_request"),
        ])
    static let enrollResponse = Shape(
        "EnrollResponse",
        [
            1: chain, 2: .bytes("organisation"), 3: .bytes("node"), 4: .bytes("login"),
            5: .list(Limits.rolesMax, of: .bytes("roles", max: Limits.nameBytesMax)), 6: .bytes("branch_code"),
            7: .bytes("device_code"), 8: .bytes("tls_certificate"), 9: .bytes("home_scope"),
            40: rotations,
        ])
    static let sessionRequest = Shape(
        "SessionRequest",
        [
            1: chain, 2: .bytes("nonce"), 3: .bytes("signature"), 4: .bytes("version"), 5: checkpoint, 40: rotations,
        ])
    static let sessionResponse = Shape(
        "SessionResponse",
        [
            1: .bytes("nonce"), 2: .bytes("token"), 3: .int64("expires_at"), 4: .int64("node_time"), 5: .bytes("node"),
            6: .bool("hq"), 7: .fixed64("epoch"), 30: .uint32("lease_days"), 31: .message("order", signedDeviceOrder),
            40: rotations,
        ])
    static let deviceOrder = Shape(
        "DeviceOrder",
        [
            1: .word("task"), 2: .bytes("order", max: 16), 3: .bytes("device", max: 16), 4: .bool("keep_work"),
        ])
    static let signedDeviceOrder = Shape(
        "SignedDeviceOrder",
        [1: .bytes("order", max: Limits.deviceOrderBytesMax), 2: .bytes("signature"), 3: chain])
    static let wipeReport = Shape(
        "WipeReport",
        [
            1: chain, 2: .bytes("order", max: 16), 3: .int64("at"), 4: .uint64("unsent"), 5: .bytes("signature"),
        ])
    static let wipeReceipt = Shape("WipeReceipt", [1: .int64("node_time")])
    static let handoverRequest = Shape(
        "HandoverRequest",
        [1: .bytes("order", max: 16), 2: .bytes("key"), 3: .bytes("proof"), 4: .bytes("version")])

    static let auditHead = Shape(
        "AuditHead", [1: .fixed64("epoch"), 2: .uint64("n"), 3: .bytes("chain"), 4: .int64("at")])
    static let signedAuditHead = Shape("SignedAuditHead", [1: .bytes("head"), 2: .bytes("signature"), 3: chain])
    static let auditRequest = Shape(
        "AuditRequest",
        [
            1: .list(Limits.auditHeadsPerRequestMax, of: .message("kept", signedAuditHead)),
            2: .message("own", signedAuditHead),
        ])
    static let auditResponse = Shape(
        "AuditResponse",
        [
            1: .message("head", signedAuditHead),
            2: .list(Limits.auditHeadsPerRequestMax, of: .message("kept", signedAuditHead)),
        ])
    static let auditAuthority = Shape(
        "AuditAuthority",
        [
            1: chain, 2: .word("way"), 3: .bytes("carrier", max: 16), 4: .bytes("judge", max: 16),
            5: .list(Limits.rolesMax, of: .bytes("roles", max: Limits.nameBytesMax)),
        ])
    static let auditHeads = Shape(
        "AuditHeads", [1: .list(Limits.auditHeadsInFileMax, of: .message("heads", signedAuditHead))])

    static let bundlePart = Shape(
        "BundlePart",
        [
            1: .message("header", bundleHeader), 2: .message("push", pushRequest), 3: .message("results", pushResponse),
            4: .message("page", pullResponse), 5: .message("seal", bundleSeal),
        ])
    private static let bundleHeader = Shape(
        "BundleHeader",
        [
            1: chain, 2: .int64("created_at"), 3: .bytes("recipient"),
            4: .bytes("recipient_name", max: Limits.nameBytesMax), 5: checkpoint,
            6: .list(Limits.headsPerPullMax, of: .message("heads", chainHead)), 7: .message("since", checkpointShape),
            8: .message("vouched", checkpointShape), 40: rotations,
        ])
    private static let bundleSeal = Shape("BundleSeal", [1: .bytes("hash"), 2: .bytes("signature")])
}
