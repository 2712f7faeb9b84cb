import Foundation
import SyncWire
import Testing

/// The counts and lengths of R-3 that are held against a message before it is decoded.
@Suite("Limits of messages, at and one past")
struct WireMessageLimitTests {
    /// One limit: a message with so many pieces, or so many bytes in a piece, and how it is read.
    struct Limit: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let max: Int
        let read: @Sendable (_ size: Int) throws -> Void

        init<Message: BoundedMessage>(
            _ name: String, _ max: Int, in empty: Message, _ fill: @escaping @Sendable (inout Message, Int) -> Void
        ) {
            testDescription = name
            self.max = max
            read = { size in
                var message = empty
                fill(&message, size)
                _ = try Message(bounded: message.encoded)
            }
        }
    }

    private static func data(_ count: Int) -> Data { Data(repeating: 1, count: count) }
    private static func text(_ count: Int) -> String { String(repeating: "x", count: count) }
    private static func copies<T>(_ element: T, _ count: Int) -> [T] { Array(repeating: element, count: count) }

    static let limits: [Limit] = [
        Limit("runs in a push", Limits.runsPerPushMax, in: WirePushRequest()) { $0.runs = copies(WireRun(), $1) },
        Limit("results of a push", Limits.runsPerPushMax, in: WirePushResponse()) {
            $0.results = copies(WireRunResult(), $1)
        },
        Limit("sets in a run", Limits.runSetsMax, in: WireRun()) { $0.sets = copies(Data(), $1) },
        Limit("sets in all runs of a push", Limits.runSetsMax, in: WirePushRequest()) {
            $0.runs = copies(WireRun(), 2)
            $0.runs[0].sets = copies(Data(), 4_000)
            $0.runs[1].sets = copies(Data(), $1 - 4_000)
        },
        Limit("bytes of a set", Limits.changeSetBytesMax, in: WireRun()) { $0.sets = [data($1)] },
        Limit("certificates of a run", Limits.chainCertificatesMax, in: WireRun()) {
            $0.chain = copies(WireSignedCertificate(), $1)
        },
        Limit("certificates of a receipt", Limits.chainCertificatesMax, in: WireSignedReceipt()) {
            $0.chain = copies(WireSignedCertificate(), $1)
        },
        Limit("certificates of a session", Limits.chainCertificatesMax, in: WireSessionRequest()) {
            $0.chain = copies(WireSignedCertificate(), $1)
        },
        Limit("certificates of an enrolment", Limits.chainCertificatesMax, in: WireEnrollResponse()) {
            $0.chain = copies(WireSignedCertificate(), $1)
        },
        Limit("bytes of a certificate", Limits.certificateBytesMax, in: WireSignedCertificate()) {
            $0.certificate = data($1)
        },
        Limit("bytes of a receipt", Limits.receiptBytesMax, in: WireSignedReceipt()) { $0.receipt = data($1) },
        Limit("refusals", Limits.runSetsMax, in: WireReceipt()) { $0.refusals = copies(WireRefusal(), $1) },
        Limit("undecided", Limits.runSetsMax, in: WireReceipt()) { $0.undecided = copies(1, $1) },
        Limit("heads in a pull", Limits.headsPerPullMax, in: WirePullRequest()) {
            $0.heads = copies(WireChainHead(), $1)
        },
        Limit("scopes in a pull", Limits.scopesPerPullMax, in: WirePullResponse()) { $0.dropped = copies("", $1) },
        Limit("bytes of a scope", Limits.nameBytesMax, in: WirePullResponse()) { $0.dropped = [text($1)] },
        Limit("states in a page", Limits.statesPerPageMax, in: WirePullResponse()) {
            $0.states = copies(Data(), $1)
        },
        Limit("bytes of a state", Limits.recordStateBytesMax, in: WirePullResponse()) { $0.states = [data($1)] },
        Limit("evictions in a page", Limits.statesPerPageMax, in: WirePullResponse()) {
            $0.evicted = copies(Data(), $1)
        },
        Limit("receipts of a pull", Limits.headsPerPullMax, in: WirePullResponse()) {
            $0.receipts = copies(WireSignedReceipt(), $1)
        },
        Limit("digests", Limits.digestsMax, in: WireReconcileRequest()) {
            $0.digests = copies(WireScopeDigest(), $1)
        },
        Limit("ranges", Limits.rangesPerReconcileMax, in: WireReconcileRequest()) {
            $0.ranges = copies(WireSummedRanges(), $1)
        },
        Limit("ends of ranges", Limits.rangesPerReconcileMax, in: WireReconcileRequest()) {
            $0.ranges = [WireSummedRanges()]
            $0.ranges[0].upto = copies(Data(), $1)
        },
        Limit("sums of ranges", Limits.rangesPerReconcileMax, in: WireReconcileRequest()) {
            $0.ranges = [WireSummedRanges()]
            $0.ranges[0].sums = copies(1, $1)
        },
        Limit("ends of all ranges", Limits.rangesPerReconcileMax, in: WireReconcileRequest()) {
            $0.ranges = copies(WireSummedRanges(), 2)
            $0.ranges[0].upto = copies(Data(), 1)
            $0.ranges[1].upto = copies(Data(), $1 - 1)
        },
        Limit("sums of all ranges", Limits.rangesPerReconcileMax, in: WireReconcileRequest()) {
            $0.ranges = copies(WireSummedRanges(), 2)
            $0.ranges[0].sums = copies(1, 1)
            $0.ranges[1].sums = copies(1, $1 - 1)
        },
        Limit("listed ranges", Limits.rangesPerReconcileMax, in: WireReconcileRequest()) {
            $0.listed = copies(WireListedRange(), $1)
        },
        Limit("listed hashes", Limits.listedHashesMax, in: WireReconcileRequest()) {
            $0.listed = [WireListedRange()]
            $0.listed[0].hashes = copies(1, $1)
        },
        Limit("pieces of all lists, the lists' own parts too", Limits.piecesPerMessageMax, in: WireReconcileRequest()) {
            $0.listed = copies(WireListedRange(), 2)
            $0.listed[0].hashes = copies(1, 100_000)
            $0.listed[1].hashes = copies(1, $1 - 100_002)
        },
        Limit("differing scopes", Limits.scopesPerPullMax, in: WireReconcileResponse()) {
            $0.differing = copies("", $1)
        },
        Limit("dropped scopes", Limits.scopesPerPullMax, in: WireReconcileResponse()) {
            $0.dropped = copies("", $1)
        },
        Limit("scopes that are not held", Limits.scopesPerPullMax, in: WireReconcileResponse()) {
            $0.unheld = copies("", $1)
        },
        Limit("differing ranges", Limits.rangesPerReconcileMax, in: WireReconcileResponse()) {
            $0.differingRanges = copies(1, $1)
        },
        Limit("unknown hashes", Limits.listedHashesMax, in: WireReconcileResponse()) { $0.unknown = copies(1, $1) },
        Limit("roles", Limits.rolesMax, in: WireEnrollResponse()) { $0.roles = copies("", $1) },
        Limit("bytes of a role", Limits.nameBytesMax, in: WireEnrollResponse()) { $0.roles = [text($1)] },
        Limit("bytes of a name", Limits.nameBytesMax, in: WireEnrollRequest()) { $0.name = text($1) },
        Limit("bytes of a request for a certificate", Limits.valueBytesMax, in: WireEnrollRequest()) {
            $0.tlsRequest = text($1)
        },
        Limit("bytes of a text", Limits.valueBytesMax, in: WirePushResponse()) {
            $0.results = [WireRunResult()]
            $0.results[0].message = text($1)
        },
    ]

    @Test("At its limit each is read, and one past it refused", arguments: limits)
    func atAndPast(limit: Limit) {
        #expect(throws: Never.self) { try limit.read(limit.max) }
        let error = #expect(throws: WireError.self) { try limit.read(limit.max + 1) }
        guard case .tooLarge(_, limit.max)? = error else {
            Issue.record("\(limit.testDescription): \(String(describing: error))")
            return
        }
    }
}
