import ArgumentParser
import SyncServer
import SyncStore
import Verbs

struct Verify: NodeVerb {
    static let configuration = CommandConfiguration(
        abstract: "Check that nothing is missing or damaged (核对).",
        discussion: """
            Reads everything and compares it with what was kept beside it: the pages of the database file, every record with \
            its hash, every scope with its digest, every change set with its hash and the one before it, and derived fields, \
            conflicts, search and counts with what follows from the records. Exits 14 if something differs.

            Example: fieldsyncd verify --data /var/lib/fieldsync
            """)

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report { try node.node.store.read { try VerifyFindings($0).report } }
}
