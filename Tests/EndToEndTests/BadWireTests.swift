import Foundation
import SyncClient
import SyncCore
import SyncWire
import Testing

@Suite("Bad input: requests that no program of ours sends")
struct BadWireTests {
    private let perth: ServedNode
    private let caller: WireCaller

    init() throws {
        perth = try SharedTiers.perth
        caller = try WireCaller(to: perth, code: SharedTiers.invited().code)
    }

    /// The node goes on for others whatever it was sent.
    private func expectAlive(_ here: SourceLocation = #_sourceLocation) throws {
        #expect(try caller.get("/healthz").status == 200, sourceLocation: here)
        #expect(try caller.token().isEmpty == false, sourceLocation: here)
    }

    static let bodies: [(body: [UInt8], status: Int, code: String)] = [
        ([], 400, "bad_request"),
        // A document's second byte is an encoding that a newer version might know.
        (Array("{\"hello\":1}".utf8), 426, "upgrade_required"),
        ([0x80, 0x80, 0x80], 400, "bad_request"),
        ([200, 1, 0, 1, 2, 3], 400, "bad_request"),
        (Frame.encode([0xFF, 0xFF, 0xFF]), 400, "bad_request"),
        ([3, 9, 1, 2, 3], 426, "upgrade_required"),
        ([4, 1, 1, 2, 3, 4], 400, "bad_request"),
        (
            Frame.encode([UInt8](repeating: 7, count: Limits.requestBodyDecompressedBytesMax + 1)), 413,
            "decompression_limit"
        ),
        ([UInt8](repeating: 0x55, count: Limits.requestBodyBytesMax + 1), 413, "payload_too_large"),
    ]

    @Test("A body that is none is refused with a problem document", arguments: ["/v1/push", "/v1/pull", "/v1/session"])
    func bodies(path: String) throws {
        let token = try caller.token()
        for (body, status, code) in Self.bodies {
            let answer = try caller.post(path, body, token: token)
            #expect(answer.status == status, "\(path) \(body.prefix(6))")
            let problem = try JSON(answer.body)
            #expect(problem["code"] == .text(code) && problem["status"] == .number(status), "\(path) \(body.prefix(6))")
            #expect(answer.headers["content-type"] == "application/problem+json")
        }
        try expectAlive()
    }

    @Test("A push that is cut off at any place changes nothing, and the whole one is taken")
    func truncated() throws {
        let token = try caller.token()
        let whole = Frame.encode(caller.push([try caller.run()]).encoded)
        for length in stride(from: 1, to: whole.count, by: max(1, whole.count / 23)) {
            #expect(try caller.post("/v1/push", Array(whole[..<length]), token: token).status == 400, "\(length)")
        }
        #expect(try caller.outcomes(of: [caller.run()]) == [.accepted])
        try expectAlive()
    }

    @Test("A run with a changed byte, another's signature or another organisation's certificate is not taken")
    func wronglySigned() throws {
        var changed = try caller.run()
        changed.sets[0][changed.sets[0].count - 1] ^= 1
        var unsigned = try caller.run()
        unsigned.signature = Data(SigningKey(seed: [UInt8](repeating: 9, count: 32)).sign([1], for: .run))
        var foreign = try caller.run()
        foreign.chain = Array(foreign.chain.dropLast())
        for run in [changed, unsigned, foreign] { #expect(try caller.outcomes(of: [run]) == [.rejected]) }
        #expect(try caller.outcomes(of: [caller.run()]) == [.accepted])
        try expectAlive()
    }

    @Test("A push that is sent again is known again; other sets in its place are a fork")
    func replayed() throws {
        for _ in 1...3 { #expect(try caller.outcomes(of: [caller.run(text: "once")]) == [.accepted]) }
        #expect(try caller.outcomes(of: [caller.run(text: "another")]) == [.forked])
        let found = try perth.done("search", "once \(caller.replica)")["items"].items
        #expect(found.count == 1)
        try expectAlive()
    }

    @Test("A proof of identity is good once, and a token that was tampered with never")
    func replayedProof() throws {
        let proof = try caller.proof()
        #expect(try caller.post("/v1/session", proof, token: nil).status == 200)
        let again = try caller.post("/v1/session", proof, token: nil)
        #expect(again.status == 401)
        #expect(try JSON(again.body)["code"] == .text("unauthenticated"))
        let token = try caller.token()
        let forged = (token.first == "A" ? "B" : "A") + token.dropFirst()
        for bad in [forged, "", String(repeating: "x", count: 5_000)] {
            let answer = try caller.post("/v1/pull", Frame.encode(WirePullRequest().encoded), token: bad)
            #expect(answer.status == 401)
            #expect(try JSON(answer.body)["code"] == .text("unauthenticated"))
        }
        try expectAlive()
    }
}
