import ArgumentParser
import FieldModel
import SyncCore
import SyncServer
import SyncStore
import Verbs

struct Device: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Devices of people (设备).", discussion: "Example: fieldsyncd device invite --data DIR --user wei",
        subcommands: [
            DeviceInvite.self, DeviceList.self, DeviceShow.self, DeviceRevoke.self, DeviceSuspend.self,
            DeviceResume.self, DeviceCompromised.self, DeviceWipe.self, DeviceHandover.self,
        ])
}

struct DeviceList: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the devices that this node knows (设备列表).",
        discussion: """
            At headquarters those of every branch. When a device was last seen, by which version, and what it had still to send \
            only the node knows that it exchanges with.

            Example: fieldsyncd device list --data DIR
            """)

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let (devices, leaseDays) = try node.node.store.read { access in
            (try access.deviceViews(), try access.leaseDays(headquarters: node.identity.headquarters))
        }
        var table = TextTable()
        for device in devices { table.add(device.row) }
        return .list(devices.map { .object($0.members(leaseDays: leaseDays)) }) { _ in table.lines }
    }
}

struct DeviceShow: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a device and what was ordered about it (查看设备).",
        discussion: "Example: fieldsyncd device show 5f3a9c --data DIR")

    @OptionGroup var named: NamedDevice
    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let (device, leaseDays) = try node.node.store.read { access in
            (try named.find(access), try access.leaseDays(headquarters: node.identity.headquarters))
        }
        let orders = device.standing.orders
        return Report(.object(device.members(leaseDays: leaseDays) + [("orders", .array(orders.map(\.json)))])) {
            language in
            var table = TextTable()
            for order in orders { table.add([Moments.text(order.at), order.kind.label[language], order.reason]) }
            return [device.row.joined(separator: "  ")] + table.lines
        }
    }
}

extension DeviceView {
    fileprivate var row: [String] {
        let seen = enrolled?.lastSeenAt.map(Moments.text) ?? "–"
        return [code, name, login ?? "–", branch ?? "–", standing.state.rawValue, seen, id.description]
    }

    /// - Parameter leaseDays: days without contact after which it locks.
    fileprivate func members(leaseDays: Int64) -> [(String, JSONValue)] {
        let lease = enrolled?.lastSeenAt.map { ContactLease(contactAt: $0, now: $0, days: leaseDays) }
        return [
            ("id", .string(id.description)), ("name", .string(name)), ("code", .string(code)),
            ("user", (login ?? user?.description).map(JSONValue.string) ?? .null),
            ("branch", branch.map(JSONValue.string) ?? .null), ("state", .string(standing.state.rawValue)),
            ("last_seen_at", enrolled?.lastSeenAt.map(Moments.json) ?? .null),
            ("version", .string(enrolled?.version ?? "")),
            ("pending", enrolled?.pending.map { .integer(Int64($0)) } ?? .null),
            ("lease_until", lease.map { Moments.json($0.endsAt) } ?? .null), ("reason", .string(standing.reason)),
            ("wiped_at", standing.wipedAt.map(Moments.json) ?? .null),
            ("successor", standing.successor.map { .string($0.description) } ?? .null),
        ]
    }
}

extension DeviceOrder {
    fileprivate var json: JSONValue {
        .object([
            ("id", .string(id.description)), ("kind", .string(kind.rawValue)), ("at", Moments.json(at)),
            ("reason", .string(reason)),
        ])
    }
}
