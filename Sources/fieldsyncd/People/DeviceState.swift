import ArgumentParser
import FieldModel
import SyncCore
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct DeviceRevoke: DeviceOrderVerb {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "Refuse a device for ever (吊销设备).",
        discussion: """
            It counts at every node as soon as the order gets there: within seconds where there is a line, else with the next \
            exchange.

            Example: fieldsyncd device revoke 5f3a9c --reason lost --data DIR
            """)

    static let kind = DeviceOrderKind.revoke

    @OptionGroup var named: NamedDevice
    @OptionGroup var why: OrderReason
    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions
}

struct DeviceSuspend: DeviceOrderVerb {
    static let configuration = CommandConfiguration(
        commandName: "suspend", abstract: "Refuse a device until it is resumed (停用设备).",
        discussion: "Example: fieldsyncd device suspend 5f3a9c --data DIR")

    static let kind = DeviceOrderKind.suspend

    @OptionGroup var named: NamedDevice
    @OptionGroup var why: OrderReason
    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions
}

struct DeviceResume: DeviceOrderVerb {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Take a suspended device back, or a handover (恢复设备).",
        discussion: """
            It takes back what this node knows of. A suspension that another node ordered meanwhile stands.

            Example: fieldsyncd device resume 5f3a9c --data DIR
            """)

    static let kind = DeviceOrderKind.resume

    @OptionGroup var named: NamedDevice
    @OptionGroup var why: OrderReason
    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions
}
