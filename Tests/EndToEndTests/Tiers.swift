import Foundation
import Synchronization
import Testing

/// HQ, branches and devices in a folder of their own, each a real process where it is one.
final class Tiers: Sendable {
    /// The folder of all worlds, gone when the tests end.
    private static let worlds: URL = {
        atexit { Tiers.removeWorlds() }
        return FileManager.default.temporaryDirectory.appending(path: "fs-\(getpid())")
    }()
    private static let count = Mutex(0)

    let folder: URL
    let hq: ServedNode
    private let branches = Mutex<[ServedNode]>([])

    private static func nextNumber() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }

    /// HQ, serving.
    init(serving arguments: [String] = []) throws {
        // A short path: a Unix socket's has at most 107 bytes.
        folder = Self.worlds.appending(path: "\(Self.nextNumber())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        hq = ServedNode("hq", in: folder)
        try hq.done("init", "--role", "hq", "--org", "Acme")
        try hq.serve(arguments)
    }

    /// Ends every process.
    func end() {
        for node in [hq] + branches.withLock({ $0 }) { try? node.kill() }
    }

    /// The folders stay where somebody wants to look at them (FIELDSYNC_KEEP).
    private static func removeWorlds() {
        guard ProcessInfo.processInfo.environment["FIELDSYNC_KEEP"] == nil else { return }
        try? FileManager.default.removeItem(at: worlds)
    }

    /// Tiers for one test, ended also when it fails.
    static func play(serving arguments: [String] = [], _ story: (Tiers) throws -> Void) throws {
        let tiers = try Tiers(serving: arguments)
        defer { tiers.end() }
        do { try story(tiers) } catch {
            Issue.record("\(error)\n\(tiers.logs)")
        }
    }

    /// The ends of the nodes' logs.
    private var logs: String {
        ([hq] + branches.withLock { $0 }).map { node in
            let log = (try? String(contentsOfFile: node.log, encoding: .utf8)) ?? ""
            return "\(node.name): …\(log.suffix(2_000))"
        }.joined(separator: "\n")
    }

    /// A branch, serving.
    /// - Parameter upstream: nil: HQ itself.
    func branch(_ name: String, upstream: String? = nil, serving arguments: [String] = []) throws -> ServedNode {
        let code = try #require(try hq.done("branch", "invite", "--name", name)["code"].text)
        let branch = ServedNode(name, in: folder)
        branches.withLock { $0.append(branch) }
        try branch.done("init", "--role", "branch", "--upstream", upstream ?? hq.url, "--code", code, "--name", name)
        try branch.serve(arguments)
        return branch
    }

    /// A person's device, enrolled at a node and synced once.
    /// - Parameter url: where it finds the node; nil: at the node's own address.
    func device(
        _ login: String, at node: ServedNode, role: String = "technician", url: String? = nil
    ) throws -> FieldDevice {
        try node.done("user", "add", "--name", login, "--display", "Mr \(login)", "--role", role)
        let code = try #require(try node.done("device", "invite", "--user", login)["code"].text)
        let device = try FieldDevice(login, in: folder)
        try device.done("enroll", url ?? node.url, "--code", code, "--name", login, "--key-file", device.keyFile)
        try device.sync()
        return device
    }

    /// A machine at a customer's site, known at `node`.
    /// - Returns: the readable number.
    func machine(at node: ServedNode, serial: String) throws -> String {
        let account = try #require(try node.done("new", "account", "name=Ironbark", "type=company")["id"].text)
        let site = try #require(try node.done("new", "site", "account=\(account)", "name=North pit")["id"].text)
        return try #require(try node.done("new", "asset", "serial=\(serial)", "site=\(site)")["number"].text)
    }

    /// Whether all hold the same once the devices have exchanged, to the byte.
    static func agree(_ nodes: [ServedNode], _ devices: [FieldDevice]) throws -> Bool {
        for device in devices { try device.sync() }
        let dumps = try nodes.map { try $0.dump() } + devices.map { try $0.dump() }
        return Set(dumps).count == 1
    }
}
