import ArgumentParser
import FieldModel
import SyncStore
import Verbs

struct DeviceWipe: DeviceOrderVerb {
    static let configuration = CommandConfiguration(
        commandName: "wipe", abstract: "Have a device erase itself at its next contact (远程擦除).",
        discussion: """
            For ever. It sends what no node has from it, unless its key is compromised or --no-keep-work says otherwise, erases \
            its key, database and attachments, and says so, signed: `device list` shows when. Until it is in touch nothing can \
            be done to it.

            Example: fieldsyncd device wipe 5f3a9c --reason "left the company" --data DIR
            """)

    static let kind = DeviceOrderKind.wipe

    @Flag(inversion: .prefixedNo, help: "Take what it has not sent first (default: unless its key is compromised).")
    var keepWork: Bool?

    @OptionGroup var named: NamedDevice
    @OptionGroup var why: OrderReason
    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func complete(_ draft: inout DeviceOrderDraft, _ access: ReadAccess) throws {
        let isCompromised = try access.standing(ofDevice: draft.device).compromisedSince != nil
        draft.keepsWork = keepWork ?? !isCompromised
    }
}
