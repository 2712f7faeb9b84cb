import ArgumentParser
import FieldModel
import SyncServer
import SyncStore
import Verbs

struct Dismiss: NodeVerb {
    static let configuration = CommandConfiguration(
        abstract: "Say that you have seen what this node keeps aside (不再提示).",
        discussion: """
            It is listed no more and stays as it is: nothing is taken in, and nothing is thrown away.

            Example: fieldsyncd dismiss q3 --data /var/lib/fieldsync
            """)

    @Argument(help: "The id that `attention` prints.")
    var id: String

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        guard try node.node.store.write({ try $0.dismissHeld(id) }) else { throw VerbFailure.notHeld(id) }
        return Report(
            .object([("id", .string(id)), ("dismissed", .bool(true))]),
            remarks: [Words("It is listed no more.", "不再列出。")])
    }
}
