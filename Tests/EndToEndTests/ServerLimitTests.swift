import Foundation
import Logging
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire
import Testing

@Suite("Limits of time and disk at a node, at and one past")
struct ServerLimitTests {
    private let key = ServerTrial.key(1)

    /// How many requests were still inside when the listener of a node that ends was closed.
    private func inside(_ gate: Gate, drainSeconds: Double) async -> Int {
        let ending = Ending(
            gate: gate, drainSeconds: drainSeconds, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        ) {}
        var inside = -1
        await ending.drain { inside = gate.inside }
        return inside
    }

    @Test("A request that ends within the time for it is waited for when the node is told to end; nothing new begins")
    func drain() async throws {
        let gate = Gate()
        #expect(gate.enter())
        async let left = inside(gate, drainSeconds: 600)
        #expect(try await comesTrue(within: 120) { gate.isDraining })
        #expect(!gate.enter())
        gate.leave()
        #expect(await left == 0)
    }

    @Test("A request that takes longer than that is not waited for")
    func drainPast() async {
        let gate = Gate()
        #expect(gate.enter())
        let began = ContinuousClock.now
        #expect(await inside(gate, drainSeconds: 0.2) == 1)
        #expect(.now - began >= .milliseconds(200))
        #expect(ServingLimits().drainSeconds == 10)
    }

    @Test("A session lasts a quarter of an hour, a device's certificate 400 days, its code a day and a branch's a week")
    func validity() async throws {
        let day: Int64 = 86_400_000
        try await ServerTrial.run { trial in
            let (node, now) = (trial.node, trial.node.store.environment.wallMilliseconds)
            let before = now()
            let (device, branch) = try node.store.write { access in
                let invitations = try Invitations(node.identity)
                return (
                    try invitations.device(of: trial.person, name: "phone", access),
                    try invitations.branch(named: "perth", access)
                )
            }
            let made = before...now()
            #expect(made.contains(device.expiresAt - day) && made.contains(branch.expiresAt - 7 * day))
            let chain = try await trial.enrolled(key)
            let identity = try CertificateChain.verify(chain, root: node.identity.root, expiry: .ignored)
            #expect(identity.expiresAt - identity.issuedAt == 400 * day)
            let opened = try await trial.post("/v1/session", try await trial.proof(chain, key))
                .message(WireSessionResponse.self)
            #expect(opened.expiresAt - opened.nodeTime == 15 * 60_000)
        }
    }

    @Test("A disk is low below what a node keeps free, and attachments take no byte of what they leave to records")
    func disk() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fs-room-\(UInt64.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        let disk = try SmallDisk(at: folder, kilobytes: Int(BlobLimits.freeBytesMin) / 1024 + 64)
        defer { disk.unmount() }
        let free = try #require(DiskSpace(path: folder.path, freeBytesMin: 0).freeBytes)
        #expect(!DiskSpace(path: folder.path, freeBytesMin: free).isLow)
        #expect(DiskSpace(path: folder.path, freeBytesMin: free + 1).isLow)
        let room = free - Int(BlobLimits.freeBytesMin)
        let blobs = BlobFolder(folder.appending(path: "blobs").path, keys: nil)
        let hash = try #require(BlobHash(bytes: Hash.sha256([1])))
        func append(_ count: Int) throws -> BlobAppend {
            let part = try #require(BlobPart(offset: 0, count: count, total: Int64(count) + 1))
            return try blobs.append([UInt8](repeating: 1, count: count), part, of: hash, from: "a")
        }
        #expect(throws: StoreFailure.diskFull) { try append(room + 1) }
        #expect(try append(room) == .more(offset: Int64(room)))
    }
}
