import ArgumentParser
import SyncStore
import Verbs

struct Verify: DeviceVerb {
    static let configuration = CommandConfiguration(
        abstract: "Check that nothing is missing or damaged (核对).",
        discussion: """
            Every change set's hash and every scope's digest is compared with what is stored. Exits 14 if something differs.

            Example: field verify
            """)

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func report(_ context: VerbContext) throws -> Report { try context.store.read { try StoreCheck($0).report } }
}
