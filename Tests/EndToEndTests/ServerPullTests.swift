import FieldModel
import Foundation
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire
import Testing

@Suite("Pulls from a node")
struct ServerPullTests {
    private let key = ServerTrial.key(1)

    private func pull(
        _ trial: ServerTrial, _ token: String, after checkpoint: WireCheckpoint? = nil, cursor: Data = Data(),
        pageBytes: UInt32 = 0, wait: UInt32 = 0
    ) async throws -> ServerTrial.Answer {
        var request = WirePullRequest()
        if let checkpoint { request.checkpoint = checkpoint }
        request.cursor = cursor
        request.pageBytesMax = pageBytes
        request.wait = wait
        return try await trial.post("/v1/pull", request, token: token)
    }

    private func session(_ trial: ServerTrial) async throws -> String {
        try await trial.token(try await trial.enrolled(key), key)
    }

    @Test("Small pages bring the same records as one large one, and a checkpoint at the end alone")
    func pages() async throws {
        try await ServerTrial.run { trial in
            let token = try await session(trial)
            for number in 0..<20 { try trial.writeAccount("account \(number)") }
            let whole = try await pull(trial, token).message(WirePullResponse.self)
            #expect(whole.complete && whole.states.count == 24)
            var states: [Data] = []
            var page = try await pull(trial, token, pageBytes: 600).message(WirePullResponse.self)
            while !page.complete {
                #expect(!page.hasCheckpoint && !page.states.isEmpty && page.states.count < 24)
                states += page.states
                page = try await pull(trial, token, cursor: page.cursor, pageBytes: 600).message(WirePullResponse.self)
            }
            #expect(Set(states + page.states) == Set(whole.states))
            #expect(page.checkpoint == whole.checkpoint)
        }
    }

    @Test(
        "A pull is held for a minute and has four megabytes at most, whatever it asks for",
        arguments: [(0, 0), (59, 59), (60, 60), (61, 60), (UInt32.max, 60)])
    func most(wait: UInt32, seconds: Int) {
        var asked = WirePullRequest()
        asked.wait = wait
        #expect(asked.seconds(atMost: ServingLimits().waitSecondsMax) == seconds)
        for (wanted, most) in [(0, 4_000_000), (1, 1), (4_000_000, 4_000_000), (4_000_001, 4_000_000)] {
            asked.pageBytesMax = UInt32(wanted)
            #expect(asked.bytesMax == most)
        }
    }

    @Test("A waiting pull is answered when something is written, and empty-handed when its time is over")
    func waiting() async throws {
        try await ServerTrial.run { trial in
            let token = try await session(trial)
            let before = try await pull(trial, token).message(WirePullResponse.self).checkpoint
            let idle = try await pull(trial, token, after: before, wait: 1).message(WirePullResponse.self)
            #expect(idle.complete && idle.states.isEmpty && idle.checkpoint == before)
            async let answer = pull(trial, token, after: before, wait: 30)
            try await demandWaiting(trial)
            try trial.writeAccount("news")
            let woken = try await answer.message(WirePullResponse.self)
            #expect(woken.states.count == 1 && woken.checkpoint.position > before.position)
        }
    }

    /// Returns when a pull waits at the node.
    private func demandWaiting(_ trial: ServerTrial) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while ContinuousClock.now < deadline {
            let metrics = String(decoding: try await trial.send("GET", "/metrics").body, as: UTF8.self)
            if metrics.contains("fieldsync_waiting_pulls 1\n") { return }
        }
        Issue.record("no pull waits")
    }

    @Test("A checkpoint of another epoch is not good here and opens no new one")
    func foreign() async throws {
        try await ServerTrial.run { trial in
            let token = try await session(trial)
            let epoch = try trial.node.store.read { try $0.epoch() }
            var checkpoint = try await pull(trial, token).message(WirePullResponse.self).checkpoint
            checkpoint.epoch ^= 1
            #expect(try await pull(trial, token, after: checkpoint).code == "bad_checkpoint")
            #expect(try trial.node.store.read { try $0.epoch() } == epoch)
        }
    }

    @Test("A checkpoint that the node must have given before it was set back opens a new epoch, once")
    func rolledBack() async throws {
        try await ServerTrial.run { trial in
            let token = try await session(trial)
            let epoch = try trial.node.store.read { try $0.epoch() }
            var checkpoint = try await pull(trial, token).message(WirePullResponse.self).checkpoint
            checkpoint.position += 100
            #expect(try await pull(trial, token, after: checkpoint).code == "epoch_changed")
            let opened = try trial.node.store.read { try $0.epoch() }
            #expect(opened != epoch)
            #expect(try await pull(trial, token, after: checkpoint).code == "bad_checkpoint")
            #expect(try trial.node.store.read { try $0.epoch() } == opened)
        }
    }

    @Test("A push says where the node stands; who shows it at his next session is known, or the node was set back")
    func shownAtSession() async throws {
        try await ServerTrial.run { trial in
            let chain = try await trial.enrolled(key)
            let token = try await trial.token(chain, key)
            func epoch() throws -> UInt64 { try trial.node.store.read { try $0.epoch() } }
            let before = try epoch()
            let pushed = try await trial.post("/v1/push", WirePushRequest(), token: token)
            var proof = try await trial.proof(chain, key)
            proof.checkpoint = try pushed.message(WirePushResponse.self).checkpoint
            #expect(try Checkpoint(proof.checkpoint) == trial.node.store.read { try $0.ownCheckpoint() })
            #expect(try await trial.post("/v1/session", proof).message(WireSessionResponse.self).epoch == before)
            var other = try await trial.proof(chain, key)
            other.checkpoint = proof.checkpoint
            other.checkpoint.token ^= 1
            let opened = try await trial.post("/v1/session", other).message(WireSessionResponse.self).epoch
            let now = try epoch()
            #expect(opened != before && opened == now)
            let device = try trial.id(of: key)
            _ = try trial.node.store.write {
                try $0.order(DeviceOrderDraft(device: device, kind: .compromise), author: trial.node.identity.record)
            }
            var stolen = try await trial.proof(chain, key)
            stolen.checkpoint.epoch = now
            stolen.checkpoint.position = 1_000_000
            #expect(try await trial.post("/v1/session", stolen).message(WireSessionResponse.self).epoch == now)
        }
    }

    @Test("A copy is told before it reads, and one that stands behind by the node's receipt")
    func heads() async throws {
        try await ServerTrial.run { trial in
            let token = try await session(trial)
            let chain = try chain(of: key.publicKey.bytes, at: trial)
            let first = try #require(try trial.node.store.read { try $0.hash(of: chain, at: 1) })
            var request = WirePullRequest()
            request.heads = [head(chain, 1, [UInt8](repeating: 0, count: 32))]
            #expect(try await trial.post("/v1/pull", request, token: token).code == "replica_forked")
            request.heads = [head(chain, 1, first)]
            let behind = try await trial.post("/v1/pull", request, token: token).message(WirePullResponse.self)
            let signed = try #require(behind.receipts.first)
            let receipt = try SignedReceipt(verifying: signed, root: trial.node.identity.root, expiry: .ignored)
            #expect(receipt.receipt.seq == 2 && receipt.receipt.hq)
            // Who has another key is told nothing of it.
            let second = ServerTrial.key(2)
            let other = try await trial.token(try await trial.enrolled(second), second)
            let told = try await trial.post("/v1/pull", request, token: other).message(WirePullResponse.self)
            #expect(told.receipts.isEmpty)
        }
    }

    /// Two sets of a device are at the node.
    private func chain(of key: [UInt8], at trial: ServerTrial) throws -> ReplicaID {
        let replica = ReplicaID(0xD0)
        let sets = (1...2).map { n in
            ChangeSetCodec.encode(
                ChangeSet(timestamp: Timestamp(milliseconds: n, counter: 0), author: trial.person, changes: []),
                replica: replica)
        }
        let start = ChainHash.start(of: replica)
        let hashes = ChainHash.of(sets, after: start)
        let items = zip(sets, hashes).map { IncomingRun.Item(bytes: $0, hash: $1, verdict: .applied) }
        try trial.node.store.write { access in
            _ = try access.receive(
                IncomingRun(
                    replica: replica, before: ChainPosition(seq: 0, hash: start), items: items, key: key,
                    certificates: KeptChain.bytes(trial.node.identity.chain), person: trial.person, base: nil,
                    isRelayed: false))
        }
        return replica
    }

    private func head(_ replica: ReplicaID, _ seq: UInt64, _ hash: [UInt8]) -> WireChainHead {
        var head = WireChainHead()
        head.replica = replica.raw
        head.seq = seq
        head.hash = Data(hash)
        return head
    }
}
