import ArgumentParser
import FieldModel
import SyncStore
import SyncWire
import Verbs

struct DeviceCompromised: DeviceOrderVerb {
    static let configuration = CommandConfiguration(
        commandName: "compromised", abstract: "Say that somebody else has a device's key, and since when (密钥泄露).",
        discussion: """
            For ever. It reads nothing any more; what it made before may still come, and what it made since waits in `attention` \
            until somebody accepts or dismisses it, also what a branch sends on.

            Example: fieldsyncd device compromised 5f3a9c --since 2026-11-22T14:05:00+08:00 --data DIR
            """)

    static let kind = DeviceOrderKind.compromise

    @Option(help: "Since when; without it: now.")
    var since: String?

    @OptionGroup var named: NamedDevice
    @OptionGroup var why: OrderReason
    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func complete(_ draft: inout DeviceOrderDraft, _ access: ReadAccess) throws {
        guard let since else { return }
        let value = try ValueText.parse(since, as: .instant) { _, _ in throw VerbFailure(.usage) }
        draft.since = Instant(value)?.milliseconds
    }
}
