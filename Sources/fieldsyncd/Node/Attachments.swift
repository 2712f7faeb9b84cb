import ArgumentParser
import Verbs

struct Attachments: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Attachments and where their bytes are (附件).",
        discussion: "Example: fieldsyncd attachments list --data /var/lib/fieldsync",
        subcommands: [AttachmentList<NodeFolder>.self, AttachmentPolicy<NodeFolder>.self],
        defaultSubcommand: AttachmentList<NodeFolder>.self)
}
