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
    /// - Parameters:
    ///   - role: nil: a technician who keeps the parts too, and so holds the sites that his branch serves.
    ///   - url: where it finds the node; nil: at the node's own address.
    func device(
        _ login: String, at node: ServedNode, role: String? = nil, url: String? = nil
    ) throws -> FieldDevice {
        let roles = (role.map { [$0] } ?? Self.everywhere).flatMap { ["--role", $0] }
        let added = try node.command(["user", "add", "--name", login, "--display", "Mr \(login)", "--json"] + roles)
            .run()
        try #require(added.exit == 0, "\(added)")
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

    /// Roles with which a person writes what a technician writes, and holds what his branch serves.
    static let everywhere = ["technician", "parts_keeper"]

    /// An order at a machine, from HQ, for somebody of any branch: he holds its site now, and so does his branch.
    @discardableResult
    func assign(_ login: String, to machine: String) throws -> String {
        var order: JSON = .null
        let isKnown = try eventually(within: 20) {
            let made = try hq.verb("new", "work_order", "type=inspect", "asset=\(machine)", "assignees+=\(login)")
            order = made.exit == 0 ? try made.json : .null
            return made.exit == 0
        }
        try #require(isKnown, "HQ does not hear of \(login) or \(machine)")
        return try #require(order["number"].text)
    }

    /// Has a branch hold a machine's site though another serves it, by an order for one of its people.
    func share(_ machine: String, with branch: ServedNode) throws {
        let login = "helper-\(branch.name)"
        try branch.done("user", "add", "--name", login, "--display", login, "--role", "technician")
        try assign(login, to: machine)
        let came = try eventually(within: 20) { try branch.verb("get", machine).exit == 0 }
        try #require(came, "\(branch.name) does not hear of \(machine)")
    }

    /// Whether all hold the same once the devices have exchanged, to the byte, of what all of them may hold.
    static func agree(_ nodes: [ServedNode], _ devices: [FieldDevice]) throws -> Bool {
        for device in devices { try device.sync() }
        return Dumps.agree(try nodes.map { try $0.dump() } + devices.map { try $0.dump() })
    }
}
