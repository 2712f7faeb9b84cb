import ArgumentParser
import SyncServer
import SyncStore
import Verbs

struct Verify: NodeVerb {
    static let configuration = CommandConfiguration(
        abstract: "Check that nothing is missing or damaged (核对).",
        discussion: """
            Every change set's hash and every scope's digest is compared with what is stored. Exits 14 if something differs.

            Example: fieldsyncd verify --data /var/lib/fieldsync
            """)

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report { try node.node.store.read { try VerifyFindings($0).report } }
}
