import ArgumentParser
import Verbs

struct Attachments: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Attachments and where their bytes are (附件).",
        discussion: "Example: field attachments WO-GZ03-K7-000214-5",
        subcommands: [
            AttachmentList<DeviceReplica>.self, AttachmentGet.self, AttachmentPin<DeviceReplica>.self,
            AttachmentUnpin<DeviceReplica>.self, AttachmentPolicy<DeviceReplica>.self,
        ], defaultSubcommand: AttachmentList<DeviceReplica>.self)
}
