import Foundation
import SyncClient
import SyncCore
@testable import SyncServer
import SyncStore
import SyncWire
import Synchronization

/// A node that is served in this process.
final class GateNode: Sendable {
    let node: Node
    private let folder: ServerDirectory
    private let serving = Mutex((url: "", task: Task<Void, any Error>?.none))

    var store: Store { node.store }
    var url: String { serving.withLock { $0.url } }

    private init(_ files: NodeDirectory, _ folder: ServerDirectory) throws {
        self.folder = folder
        node = try Node.open(files, environment: .system, readers: 2)
    }

    static func headquarters(in folder: ServerDirectory) throws -> GateNode {
        let files = NodeDirectory(folder.file("hq"))
        _ = try NodeSetup(files, environment: .system).createHeadquarters(organisation: "Ironbark", hosts: [])
        return try GateNode(files, folder)
    }

    /// Enrols at headquarters, and has what that gives it.
    static func branch(
        _ name: String, below hq: GateNode, in folder: ServerDirectory, _ threads: WorkerPool
    ) async throws -> GateNode {
        let files = NodeDirectory(folder.file(name))
        return try await threads.run {
            let code = try hq.store.write { try Invitations(hq.node.identity).branch(named: name, $0).code }
            let draft = try BranchDraft(name: name, hosts: [])
            let answer = try Enrolment.enroll(
                url: hq.url, code: code, name: name, key: draft.key, version: "1.0.0", tlsRequest: draft.tlsRequest)
            try NodeSetup(files, environment: .system).createBranch(
                draft,
                enrolment: BranchEnrolment(
                    chain: answer.chain, root: answer.root, organisation: answer.organisation,
                    authorityPEM: answer.authorityPEM ?? "", tlsCertificate: answer.tlsCertificate), upstream: hq.url)
            let branch = try GateNode(files, folder)
            try branch.exchange(with: hq)
            return branch
        }
    }

    /// Pushes to a node above and pulls from it.
    func exchange(with above: GateNode) throws {
        let identity = node.identity
        let client = ClientIdentity(
            kind: .branch, key: identity.key, chain: identity.chain, root: identity.root,
            authorityFile: node.directory.authority, version: "1.0.0")
        let upstream = Upstream(
            url: above.url, identity: client, wallMilliseconds: store.environment.wallMilliseconds)
        _ = try Exchange(store: store, upstream: upstream).run()
    }

    /// Nobody is too fast for it.
    func serve() async throws {
        var limits = ServingLimits()
        let fast = Allowance(requests: Rate(perSecond: 1e12, burst: 1e12), requestsAtOnceMax: 1_000)
        (limits.device, limits.branch, limits.address) = (fast, fast, fast)
        let (url, task) = try await ServerTrial.serve(node, limits, plainHTTP: true)
        serving.withLock { $0 = (url, task) }
    }

    func stop() async {
        let task = serving.withLock { $0.task }
        task?.cancel()
        _ = await task?.result
    }

    /// Puts the bytes of an attachment there.
    func add(bytes text: String) throws {
        let source = folder.file("source")
        try Data(text.utf8).write(to: URL(filePath: source))
        defer { try? FileManager.default.removeItem(atPath: source) }
        _ = try Blobs(store).add(copyOf: source)
    }

    /// A device of a person that this node certified: what enrolling it does, without asking over the network.
    func device(of user: RecordID, _ key: SigningKey) throws -> [WireSignedCertificate] {
        let (device, person) = try store.write { access in
            let device = try access.registerDevice(
                key: key.publicKey.bytes, user: user, name: "phone", version: "1.0.0", node: node.identity.record)
            return (device, try access.person(user))
        }
        guard let person else { throw NodeFailure.notEnrolled("the device") }
        return try Grant.device(device, person).answer(
            by: node.identity, now: store.environment.wallMilliseconds()
        ).chain
    }
}
