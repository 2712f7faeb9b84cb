import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire

/// Asks a node for everything on every route, refusals first.
struct GateWalk {
    let world: GateWorld
    let caller: GateCaller
    /// What was answered otherwise than of something that does not exist.
    private(set) var distinguished: [String] = []

    init(_ world: GateWorld, _ caller: GateCaller) { (self.world, self.caller) = (world, caller) }

    /// The routes on which what he may see comes.
    static let readingRoutes = ["pull", "pages", "listed", "history", "GET blob"]

    /// - Parameter visible: the numbers of the scopes that he may see.
    mutating func go(visible: Set<Int>) throws {
        let foreign = world.scopes.filter { !visible.contains($0.number) }
        try refusals(foreign)
        try bystanders()
        _ = try caller.pull(as: "pull")
        _ = try caller.pull(pageBytes: 2_000, as: "pages")
        try reconcile(foreign)
        for scope in world.scopes where visible.contains(scope.number) {
            for id in world.records[scope.number] ?? [] { try history(id) }
            try caller.send("GET", Self.blob(scope), as: "GET blob")
            try caller.send("HEAD", Self.blob(scope), as: "HEAD blob")
        }
    }

    static func blob(_ scope: GateScope) -> String {
        "/v1/blobs/\(Hex.digits(Hash.sha256(Array(scope.word("b").utf8))))"
    }

    @discardableResult
    private func history(_ id: RecordID) throws -> HTTPResponse {
        try caller.send("GET", "/v1/records/\(id)/history", as: "history")
    }

    // MARK: one that is foreign is as one that is not

    private mutating func refusals(_ foreign: [GateScope]) throws {
        let nothing = try history(RecordID(milliseconds: 1, random: (1, 2))).said
        let missing = "/v1/blobs/\(String(repeating: "0", count: 64))"
        let noBlob = try blobAnswers(missing, bytes: 9)
        for scope in foreign {
            for id in world.records[scope.number]?.prefix(1) ?? [] where try history(id).said != nothing {
                distinguished.append("history of \(scope.kind) of \(scope.branch ?? "")")
            }
            for (method, said) in try blobAnswers(Self.blob(scope), bytes: scope.word("b").utf8.count)
            where said != noBlob[method] {
                distinguished.append("\(method) blob of \(scope.kind) of \(scope.branch ?? "")")
            }
        }
    }

    private func blobAnswers(_ path: String, bytes: Int) throws -> [String: String] {
        let part = [("Content-Range", "bytes 0-\(bytes - 1)/\(bytes)")]
        return [
            "GET": try caller.send("GET", path, as: "GET blob").said,
            "HEAD": try caller.send("HEAD", path, as: "HEAD blob").said,
            "PUT": try caller.send(
                "PUT", path, body: [UInt8](repeating: 1, count: bytes), headers: part, as: "PUT blob"
            ).said,
        ]
    }

    // MARK: what is nobody's

    private func bystanders() throws {
        for path in ["/", "/healthz", "/readyz", "/metrics", "/v1/authority", "/v1/records", "/v1/nothing", "/control"]
        {
            try caller.send("GET", path)
        }
        try caller.post("/v1/audit", WireAuditRequest())
        try caller.post("/v1/enroll", WireEnrollRequest())
        try caller.post("/v1/renew", WireSessionRequest())
        try caller.post("/v1/push", WirePushRequest())
        for path in ["session", "renew", "push", "pull", "reconcile", "audit"] {
            try caller.send("POST", "/v1/\(path)", body: Array("canary".utf8), as: "garbage")
        }
    }

    // MARK: reconcile

    /// Of a scope that he does not hold he learns what he would of one that is not.
    private mutating func reconcile(_ foreign: [GateScope]) throws {
        let invented = "site/\(RecordID(milliseconds: 5, random: (5, 5)))"
        let made: WireReconcileResponse = try caller.ask("/v1/reconcile", Self.listed(invented), as: "listed")
        let summed: WireReconcileResponse = try caller.ask("/v1/reconcile", Self.ranges(invented), as: "ranges")
        for scope in foreign {
            let listed: WireReconcileResponse = try caller.ask("/v1/reconcile", Self.listed(scope.name), as: "listed")
            let sums: WireReconcileResponse = try caller.ask("/v1/reconcile", Self.ranges(scope.name), as: "ranges")
            if listed != made { distinguished.append("listed \(scope.kind) of \(scope.branch ?? "")") }
            if sums != summed { distinguished.append("ranges of \(scope.kind) of \(scope.branch ?? "")") }
        }
        for scope in world.scopes where !foreign.contains(scope) {
            try caller.post("/v1/reconcile", Self.listed(scope.name), as: "listed")
            try caller.post("/v1/reconcile", Self.ranges(scope.name), as: "ranges")
        }
        try digests(foreign, invented)
    }

    private mutating func digests(_ foreign: [GateScope], _ invented: String) throws {
        var request = WireReconcileRequest()
        let silent: WireReconcileResponse = try caller.ask("/v1/reconcile", request, as: "digests")
        let names = Set(foreign.map(\.name))
        // Nobody is told the name of what he does not hold.
        for list in [silent.differing, silent.dropped, silent.unheld] where !names.isDisjoint(with: list) {
            distinguished.append("digests name \(names.intersection(list).sorted())")
        }
        request.digests = (foreign.map(\.name) + [invented]).map { name in
            var digest = WireScopeDigest()
            digest.scope = name
            (digest.low, digest.records) = (7, 1)
            return digest
        }
        let asked: WireReconcileResponse = try caller.ask("/v1/reconcile", request, as: "digests")
        for list in [asked.dropped, asked.unheld] where list.contains(invented) {
            let apart = names.subtracting(list)
            if !apart.isEmpty { distinguished.append("digests of \(apart.sorted())") }
        }
        if !names.isDisjoint(with: asked.differing) { distinguished.append("differing \(asked.differing)") }
    }

    static func listed(_ scope: String) -> WireReconcileRequest {
        var range = WireListedRange()
        range.scope = scope
        range.hashes = [1, 2, 3]
        var request = WireReconcileRequest()
        request.listed = [range]
        return request
    }

    static func ranges(_ scope: String) -> WireReconcileRequest {
        var ranges = WireSummedRanges()
        ranges.scope = scope
        ranges.upto = [Data([0x80]), Data()]
        ranges.sums = [0, 1]
        var request = WireReconcileRequest()
        request.ranges = [ranges]
        return request
    }
}
