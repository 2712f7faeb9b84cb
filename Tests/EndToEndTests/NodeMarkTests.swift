import Foundation
@testable import SyncClient
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire
import Testing

@Suite("What a node said with its receipts is kept, and shown to it in every way that a replica speaks to it")
struct NodeMarkTests {
    private let key = SigningKey(seed: [UInt8](repeating: 1, count: 32))

    private func mark(_ epoch: UInt64, _ position: UInt64?) -> NodeMark {
        NodeMark(
            epoch: epoch, key: key.publicKey.bytes,
            checkpoint: position.map { Checkpoint(epoch: epoch, position: $0, token: $0 + 7) })
    }

    @Test("The later of two checkpoints of an epoch stays; another epoch replaces both")
    func laterStays() throws {
        let world = try ExchangeWorld()
        let store = try world.device(below: world.hq).store
        let kept = try [mark(1, nil), mark(1, 5), mark(1, 4), mark(1, nil), mark(1, 6), mark(2, 3)].map { next in
            try store.write { try next.keep($0) }
            return try store.read { try NodeMark($0)?.checkpoint?.position }
        }
        #expect(kept == [nil, 5, 5, 5, 6, 3])
    }

    @Test("What a device of before kept has no checkpoint, and gets one with the next receipts")
    func ofBefore() throws {
        let world = try ExchangeWorld()
        let store = try world.device(below: world.hq).store
        try store.write { try $0.setMeta("exchange.node", [0, 0, 0, 0, 0, 0, 0, 9] + key.publicKey.bytes) }
        #expect(try store.read { try NodeMark($0) } == mark(9, nil))
        try store.write { try mark(9, 1).keep($0) }
        #expect(try store.read { try NodeMark($0) } == mark(9, 1))
    }

    @Test("A machine that was put back with its memory, and its sessions, is shown it with the next push")
    func inSession() throws {
        let world = try ExchangeWorld()
        let branch = try world.branch("Perth")
        let device = try world.device(below: branch.node)
        try branch.replica.exchange.run()
        let relayed = try world.newAccount("Rio", on: device.store)
        try device.exchange.run()
        let yesterday = try world.backup(of: world.hq)
        let line = branch.replica.line
        line.fate = { path, _ in path == "/v1/pull" ? .answerLost : .arrives }
        #expect(throws: ExchangeFailure.self) { try branch.replica.exchange.run() }
        line.fate = { _, _ in .arrives }
        line.node = yesterday
        let own = try world.newAccount("Roy Hill", on: branch.node.store)
        try branch.replica.exchange.run()
        #expect(try world.values("name", of: own, on: yesterday.store) == ["Roy Hill"])
        #expect(try world.values("name", of: relayed, on: yesterday.store) == ["Rio"])
        #expect(try yesterday.store.read { try $0.epoch() } != world.hq.store.read { try $0.epoch() })
    }

    @Test("A bundle names it, and a node that gave it and does not know it begins an epoch")
    func bundled() async throws {
        try await ServerTrial.run { trial in
            let chain = try await trial.enrolled(key)
            let world = try ExchangeWorld()
            let store = try world.device(below: world.hq).store
            let here = try trial.node.store.read { try $0.ownCheckpoint() }
            let lost = Checkpoint(epoch: here.epoch, position: here.position + 1, token: 1)
            try store.write {
                try NodeMark(epoch: here.epoch, key: key.publicKey.bytes, checkpoint: lost).keep($0)
            }
            let identity = ClientIdentity(
                kind: .device, key: key, chain: chain, root: trial.node.identity.root, authorityFile: "", version: "1")
            var header = WireBundleHeader(by: chain, identity.root, for: nil, at: 5)
            try BundledRuns(store: store, identity: identity, all: false).describe(in: &header)
            var file: [UInt8] = []
            let writer = try BundleWriter(header) { file += $0 }
            try writer.seal(by: key)
            let bytes = file
            let source = ByteSource(size: Int64(bytes.count)) { offset, count in
                Array(bytes[Int(offset)...].prefix(count))
            }
            let bundle = try SealedBundle(verifying: source, root: identity.root)
            #expect(try BundleTaking(trial.node, bundle).opensEpoch)
            #expect(try !BundleTaking(trial.node, bundle).opensEpoch, "once is enough")
        }
    }

    @Test("Where there is no room to begin an epoch no session is opened that would hide it")
    func noRoom() async throws {
        try await ServerTrial.run { trial in
            let identity = trial.node.identity
            let opening = SessionOpening(
                identity: identity, tokens: SessionTokens(secret: [1], noncesMax: 10), now: now)
            var asked = WireSessionRequest()
            asked.chain = try await trial.enrolled(key)
            asked.nonce = try opening.nonce(for: asked, under: identity.root).nonce
            asked.signature = Data(key.sign([UInt8](asked.nonce), for: .session))
            let proof = try opening.proof(in: asked, expiry: .ignored)
            let here = try trial.node.store.read { try $0.ownCheckpoint() }
            asked.checkpoint = WireCheckpoint(here)
            #expect(try trial.node.store.read { try opening.open(proof, asked, $0) }.epoch == here.epoch)
            asked.checkpoint.position += 1
            #expect(throws: StoreFailure.diskFull) {
                try trial.node.store.read { _ = try opening.open(proof, asked, $0) }
            }
        }
    }

    private var now: Int64 { Int64(Date.now.timeIntervalSince1970 * 1000) }
}
