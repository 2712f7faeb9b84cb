import ArgumentParser
import FieldModel
import Foundation
import SyncStore
import SyncWire
import Verbs

struct BundleExport: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a bundle that nobody asked for (导出数据包).",
        discussion: """
            A branch writes what headquarters does not have yet; headquarters writes all records, with which a branch or a device \
            begins. To give somebody what is new for him, import his bundle with --answer instead. The file is signed, not \
            encrypted: whoever has it can read it. Attachments do not travel in it.

            Example: fieldsyncd bundle export /media/stick/perth.bundle --data /var/lib/fieldsync
            """)

    @Argument(help: "The file; it must not be there yet.")
    var file: String

    @Flag(help: "A branch: all change sets that are kept here, for a node that lacks earlier ones.")
    var all = false

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        try BundleToWrite(node, answering: nil, all: all).write(to: node.path(file)).report
    }
}

extension OwnedNode {
    /// Of a file as it was named where the verb was called.
    func path(_ file: String) throws -> String { try BundleVerb.path(file, in: folder) }
}
