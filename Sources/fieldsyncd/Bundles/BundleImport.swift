import ArgumentParser
import FieldModel
import Foundation
import SyncClient
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct BundleImport: NodeVerb {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take what somebody brought, as if it had come by the network (导入数据包).",
        discussion: """
            Bundles may be imported twice and in any order. With --answer a bundle is written for whoever wrote this one: \
            receipts, verdicts, and what he has not seen yet. Exits 12 when an earlier one is missing.

            Example: fieldsyncd bundle import week.bundle --answer back.bundle --data /var/lib/fieldsync
            """)

    @Argument(help: "The file.")
    var file: String

    @Option(help: "Where to write the answer; it must not be there yet.")
    var answer: String?

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let path = try node.path(file)
        let bundle = try BundleVerb.open(path, root: node.identity.root, reader: node.identity.key.publicKey)
        try node.node.adopt(bundle.root.rotations.map(\.signed))
        let (imported, taken) = try BundleVerb.reading(path) { try node.take(bundle) }
        var answered = imported
        answered.answer = try answer.map {
            try BundleToWrite(node, answering: bundle, taken: taken).write(to: node.path($0))
        }
        return answered.report
    }
}

extension OwnedNode {
    fileprivate func take(_ bundle: SealedBundle) throws -> (ImportedBundle, BundleTaking) {
        var taking = try taking(bundle)
        try taking.run()
        var imported = ImportedBundle(bundle)
        imported.sets = taking.received
        imported.applied = taking.applied
        imported.refused = taking.refused
        imported.undecided = taking.undecided
        imported.duplicate = taking.duplicate
        imported.gaps = taking.gaps
        imported.turnedAway = taking.turnedAway
        if taking.opensEpoch { imported.remarks.append(Self.setBack) }
        if !identity.isHQ { try join(bundle, &imported) }
        return (imported, taking)
    }

    private func taking(_ bundle: SealedBundle) throws -> BundleTaking {
        do { return try BundleTaking(node, bundle) } catch let problem as Problem {
            let code = ErrorCode(rawValue: problem.code) ?? .untrusted
            let name = bundle.writer.name
            throw VerbFailure(
                code,
                Words(
                    "\(name): \(problem.detail) Nothing of its bundle was taken.",
                    "\(name)：\(code.entry.meaning.zh)未接受其数据包的任何内容。"),
                hint: Words("See device list, and ask who has it.", "请查看 device list，并确认持有人。"))
        }
    }

    /// What comes down: at a branch from headquarters, and receipts of any node.
    private func join(_ bundle: SealedBundle, _ imported: inout ImportedBundle) throws {
        guard bundle.writer.isNode else { return }
        var joining = BundleJoining(bundle, store: node.store, identity: client)
        try joining.run()
        imported.states = joining.states
        imported.receipts = joining.receipts
        imported.isOlder = joining.isOlder && imported.applied + imported.refused + imported.undecided == 0
        imported.isComplete = joining.isComplete || joining.gap == nil
        imported.gaps += joining.gap.map { [$0] } ?? []
        imported.turnedAway += joining.turnedAway
    }

    private static let setBack = Words(
        "This node was shown a checkpoint that it does not know: it was set back, and began a new epoch.",
        "对方持有本节点不认识的检查点：本节点曾被恢复，已开始新纪元。")
}
