import ArgumentParser
import FieldModel
import Foundation
import SyncCore
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct BundleExport: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write a bundle that nobody asked for (导出数据包).",
        discussion: """
            A branch writes what headquarters does not have yet; headquarters writes all that a branch, or one of its own devices, \
            may hold, to begin with (--for). To give somebody what is new for him, import his bundle with --answer instead. The file is signed, not \
            encrypted: whoever has it can read it. Attachments do not travel in it.

            Example: fieldsyncd bundle export /media/stick/perth.bundle --data /var/lib/fieldsync
            """)

    @Argument(help: "The file; it must not be there yet.")
    var file: String

    @Flag(help: "A branch: all change sets that are kept here, for a node that lacks earlier ones.")
    var all = false

    @Option(name: .customLong("for"), help: "At headquarters: the branch, or the device by its id, that it is for.")
    var recipient: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        try BundleToWrite(node, for: try node.recipient(recipient), all: all).write(to: node.path(file)).report
    }
}

/// Whom a bundle of all that he may hold is for.
struct BundleRecipient {
    /// Ed25519, 32 bytes.
    let key: [UInt8]
    let name: String
    /// The branch, or the device's person.
    let holder: RecordID
}

extension OwnedNode {
    /// Nil at a branch, which writes what goes up.
    fileprivate func recipient(_ ref: String?) throws -> BundleRecipient? {
        guard identity.isHQ else {
            if ref == nil { return nil }
            throw VerbFailure(
                .constraint, Words("A branch exports what is for headquarters.", "分公司导出的数据包是给总部的。"),
                hint: Words("Leave out --for, or import his bundle with --answer.", "请去掉 --for，或用 --answer 导入对方的数据包。"))
        }
        guard let ref else {
            throw VerbFailure(
                .usage, Words("Whom is the bundle for? Everybody holds other records.", "数据包给谁？各方可持有的记录不同。"),
                hint: Words("Say so with --for BRANCH or --for DEVICE.", "请用 --for 指明分公司或设备。"))
        }
        return try node.store.read { access in
            if case .found(_, let id) = try access.resolve(ref, type: EntityTag.branch),
                let link = try access.branchLink(id)
            {
                return BundleRecipient(key: link.key, name: link.name, holder: id)
            }
            guard let device = try NamedDevice.find(ref, access).enrolled else {
                throw VerbFailure(
                    .notFound, Words("That device is another node's.", "该设备由其他节点登记。"),
                    hint: Words("Export at the node that enrolled it.", "请在登记它的节点导出。"))
            }
            return BundleRecipient(key: device.key, name: device.name, holder: device.user)
        }
    }

    /// Of a file as it was named where the verb was called.
    func path(_ file: String) throws -> String { try BundleVerb.path(file, in: folder) }
}
