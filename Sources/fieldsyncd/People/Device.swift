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
            DeviceInvite.self, DeviceList.self, DeviceRevoke.self, DeviceSuspend.self, DeviceResume.self,
        ])
}

struct DeviceList: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the devices of this node (设备列表).",
        discussion: "Example: fieldsyncd device list --data DIR")

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        try node.node.store.read { access in
            let devices = try access.devices()
            let logins = try devices.map { try access.person($0.user)?.login ?? $0.user.description }
            var table = TextTable()
            for (device, login) in zip(devices, logins) {
                let seen = device.lastSeenAt.map(Moments.text) ?? "–"
                table.add([device.code, device.name, login, device.state.rawValue, seen, device.id.description])
            }
            return .list(zip(devices, logins).map { $0.json(login: $1) }) { _ in table.lines }
        }
    }
}

extension RegisteredDevice {
    fileprivate func json(login: String) -> JSONValue {
        .object([
            ("id", .string(id.description)), ("name", .string(name)), ("code", .string(code)), ("user", .string(login)),
            ("state", .string(state.rawValue)), ("last_seen_at", lastSeenAt.map(Moments.json) ?? .null),
            ("version", .string(version)),
        ])
    }
}
