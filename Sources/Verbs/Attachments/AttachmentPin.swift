package import ArgumentParser
import FieldModel
import SyncStore

extension VerbContext {
    /// Keeps an attachment's bytes here whatever the quota says, or no longer.
    package func pin(_ ref: String, _ pinned: Bool) throws -> Report {
        let view = try store.write { access in
            let view = try access.attachment(ref)
            try access.pinBlob(view.hash, size: view.size, pinned)
            return try access.attachment(ref)
        }
        let name = view.record.text(of: "name") ?? ref
        let done =
            pinned
            ? Words("\(name): kept here whatever the quota says.", "\(name)：固定保留在本机，不受限额影响。")
            : Words("\(name): may leave when room is needed.", "\(name)：空间不足时可从本机移除。")
        let later = Words("It is fetched with the next sync.", "将在下次同步时下载。")
        return Report(view.json, remarks: [done] + (pinned && !view.here ? [later] : []))
    }
}

package struct AttachmentPin<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "pin", abstract: "Keep an attachment here, and fetch it if it is not (固定附件).",
            discussion: "Example: \(program) attachments pin 5f3a9c01")
    }

    @Argument(help: "The attachment: its id, 6 or more last digits of it, or the SHA-256 of its bytes.")
    package var ref: String

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.pin(ref, true) }
}

package struct AttachmentUnpin<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "unpin", abstract: "Let an attachment go when room is needed (取消固定).",
            discussion: "Example: \(program) attachments unpin 5f3a9c01")
    }

    @Argument(help: "The attachment: its id, 6 or more last digits of it, or the SHA-256 of its bytes.")
    package var ref: String

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report { try context.pin(ref, false) }
}
