import ArgumentParser
import FieldModel
import SyncStore
import SyncWire
import Verbs

struct DeviceHandover: DeviceOrderVerb {
    static let configuration = CommandConfiguration(
        commandName: "handover", abstract: "Make a device another person's (移交设备).",
        discussion: """
            At its next sync with the node that enrolled it the device sends all that it has, as its first person's; erases it; \
            and goes on under a new key, for the other. What cannot be sent keeps the handover waiting. `resume` takes it back.

            Example: fieldsyncd device handover 5f3a9c --to wang --data DIR
            """)

    static let kind = DeviceOrderKind.handover

    @Option(help: "The login of the person who gets it.")
    var to: String

    @OptionGroup var named: NamedDevice
    @OptionGroup var why: OrderReason
    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func complete(_ draft: inout DeviceOrderDraft, _ access: ReadAccess) throws {
        guard let person = try access.person(login: to), person.active else {
            throw VerbFailure(
                .notFound, Words("There is no user \"\(to)\".", "没有用户“\(to)”。"),
                hint: Words("Add him with user add.", "请用 user add 添加。"))
        }
        draft.to = person.id
    }
}
