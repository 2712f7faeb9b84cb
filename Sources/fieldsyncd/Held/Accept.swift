import ArgumentParser
import FieldModel
import SyncCore
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct Accept: NodeVerb {
    static let configuration = CommandConfiguration(
        abstract: "Take in what a device still knows and this node does not (采纳).",
        discussion: """
            After a restore devices bring back by themselves what was lost. What a device still holds later, or what would remove \
            a value, waits here until somebody accepts it.

            Example: fieldsyncd accept 17 --data /var/lib/fieldsync
            """)

    @Argument(help: "The id that `attention` prints.")
    var id: String

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let records = try node.node.store.write { try $0.acceptHeld(id, author: node.identity.record) }
        guard let records else { throw VerbFailure.notHeld(id) }
        let count = Words("\(records.count) records taken in.", "已采纳 \(records.count) 条记录。")
        return Report(
            .object([("id", .string(id)), ("records", .array(records.map { .string($0.description) }))]),
            remarks: [count])
    }
}

extension VerbFailure {
    /// Nothing of this name waits for a person.
    static func notHeld(_ id: String) -> VerbFailure {
        VerbFailure(
            .notFound,
            Words(
                "Nothing that waits here has the id \"\(id)\"; `fieldsyncd attention` lists what does.",
                "没有编号为“\(id)”的待处理事项，请用 fieldsyncd attention 查看。"))
    }
}
