/// The shapes of the messages that are not read by a codec of their own. A field that is not named is single and short.
extension Shape {
    private static let texts = Limits.valueBytesMax

    static let signedCertificate = Shape(
        "SignedCertificate", [1: .one("certificate", bytes: Limits.certificateBytesMax)])
    private static let chain = Field.many("certificates", Limits.chainCertificatesMax, signedCertificate)

    static let receipt = Shape(
        "Receipt",
        [
            6: .many("refusals", Limits.runSetsMax, Shape("Refusal")),
            7: .many("undecided", Limits.runSetsMax, bytes: 10 * Limits.runSetsMax),
        ])
    static let signedReceipt = Shape(
        "SignedReceipt", [1: .one("receipt", bytes: Limits.receiptBytesMax), 3: chain])
    private static let receipts = Field.many("receipts", Limits.headsPerPullMax, signedReceipt)

    static let run = Shape(
        "Run",
        [
            4: .many("sets", Limits.runSetsMax, bytes: Limits.changeSetBytesMax), 6: chain,
            7: .one("verdicts", signedReceipt), 8: .one("base", signedReceipt),
        ])
    static let pushRequest = Shape("PushRequest", [1: .many("runs", Limits.runsPerPushMax, run)])
    static let pushResponse = Shape(
        "PushResponse",
        [1: .many("results", Limits.runsPerPushMax, Shape("RunResult", [5: .one("receipt", signedReceipt)]))])

    private static let checkpoint = Field.one("checkpoint", Shape("Checkpoint"))
    private static let states = Field.many("states", Limits.statesPerPageMax, bytes: Limits.recordStateBytesMax)
    private static func ids(_ name: String) -> Field { .many(name, Limits.statesPerPageMax, bytes: 16) }
    private static func scopes(_ name: String) -> Field {
        .many(name, Limits.scopesPerPullMax, bytes: Limits.nameBytesMax)
    }

    static let pullRequest = Shape(
        "PullRequest",
        [1: checkpoint, 3: scopes("scopes"), 5: .many("heads", Limits.headsPerPullMax, Shape("ChainHead"))])
    static let pullResponse = Shape(
        "PullResponse", [1: states, 2: ids("evicted"), 5: checkpoint, 6: scopes("scopes"), 7: receipts])
    static let reconcileRequest = Shape(
        "ReconcileRequest",
        [
            1: .many("digests", Limits.digestsMax, Shape("ScopeDigest")),
            6: .many("ranges", Limits.rangesPerReconcileMax, summedRanges),
            7: .many("listed", Limits.rangesPerReconcileMax, listedRange),
        ])
    private static let summedRanges = Shape(
        "SummedRanges",
        [
            3: .many("upto", Limits.rangesPerReconcileMax, bytes: 16),
            4: .many("sums", Limits.rangesPerReconcileMax, bytes: 8 * Limits.rangesPerReconcileMax),
        ])
    private static let listedRange = Shape(
        "ListedRange", [4: .many("hashes", Limits.listedHashesMax, bytes: 8 * Limits.listedHashesMax)])
    static let reconcileResponse = Shape(
        "ReconcileResponse",
        [
            1: checkpoint, 2: scopes("differing"), 3: states, 5: ids("evicted"),
            7: .many("differing_ranges", Limits.rangesPerReconcileMax, bytes: 5 * Limits.rangesPerReconcileMax),
            8: .many("unknown", Limits.listedHashesMax, bytes: 8 * Limits.listedHashesMax),
            9: .one("resume", Shape("ListedPlace")),
        ])

    static let enrollRequest = Shape(
        "EnrollRequest", [4: .one("name", bytes: Limits.nameBytesMax), 6: .one("tls_request", bytes: texts)])
    static let enrollResponse = Shape(
        "EnrollResponse",
        [
            1: chain, 5: .many("roles", Limits.rolesMax, bytes: Limits.nameBytesMax),
            8: .one("tls_certificate", bytes: texts),
        ])
    static let sessionRequest = Shape("SessionRequest", [1: chain])
    static let sessionResponse = Shape("SessionResponse")
}
