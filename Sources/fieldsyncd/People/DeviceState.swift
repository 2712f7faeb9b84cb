import ArgumentParser
import FieldModel
import SyncCore
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct DeviceRevoke: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Refuse a device for ever (吊销设备).",
        discussion: "Example: fieldsyncd device revoke 5f3a9c --data DIR")

    @Argument(help: "The device: its id, or 6 or more last digits of it.")
    var id: String

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report { try node.setState(.revoked, ofDevice: id) }
}

struct DeviceSuspend: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Refuse a device until it is resumed (停用设备).",
        discussion: "Example: fieldsyncd device suspend 5f3a9c --data DIR")

    @Argument(help: "The device: its id, or 6 or more last digits of it.")
    var id: String

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report { try node.setState(.suspended, ofDevice: id) }
}

struct DeviceResume: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Take a suspended device back (恢复设备).",
        discussion: "Example: fieldsyncd device resume 5f3a9c --data DIR")

    @Argument(help: "The device: its id, or 6 or more last digits of it.")
    var id: String

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report { try node.setState(.active, ofDevice: id) }
}

extension OwnedNode {
    private static let suffixDigitsMin = 6

    fileprivate func setState(_ state: RegisteredDevice.State, ofDevice ref: String) throws -> Report {
        try node.store.write { access in
            let device = try self.device(ref, access)
            guard try access.setState(state, ofDevice: device.id) else {
                throw VerbFailure(
                    .constraint, Words("\(device.name) was revoked: that is for ever.", "\(device.name) 已吊销，不可恢复。"))
            }
            return Report(
                .object([("id", .string(device.id.description)), ("state", .string(state.rawValue))]),
                text: { _ in ["\(device.name)  \(state.rawValue)"] })
        }
    }

    private func device(_ ref: String, _ access: ReadAccess) throws -> RegisteredDevice {
        let devices = try access.devices()
        let found = devices.filter { device in
            device.id.description == ref.lowercased()
                || ref.utf8.count >= Self.suffixDigitsMin && device.id.description.hasSuffix(ref.lowercased())
        }
        if found.count == 1 { return found[0] }
        throw VerbFailure(
            found.isEmpty ? .notFound : .ambiguous,
            Words("\"\(ref)\" names \(found.count) devices.", "“\(ref)”对应 \(found.count) 台设备。"),
            hint: Words("device list prints their ids.", "可用 device list 查看标识。"),
            details: .object([("candidates", .array(found.map { .string($0.id.description) }))]))
    }
}
