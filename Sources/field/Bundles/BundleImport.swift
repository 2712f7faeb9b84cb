import ArgumentParser
import FieldModel
import Foundation
import SyncClient
import SyncStore
import SyncWire
import Verbs

struct BundleImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take a node's answer from a file (导入数据包).",
        discussion: """
            Bundles may be imported twice and in any order. One that is older than what is here changes nothing. Exits 12 when \
            an earlier one is missing, or something waits for you.

            Example: field bundle import /media/stick/answer.bundle
            """)

    @Argument(help: "The file.")
    var file: String

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func run() throws {
        let replica = try Replica.open(place.directory, for: .exchanging)
        let path = try BundleVerb.path(file)
        let bundle = try BundleVerb.open(path, root: replica.identity.root, reader: replica.key.publicKey)
        let lock = try ExchangeLock(replica.directory)
        let known = try replica.learning(bundle.root)
        let report = try BundleVerb.reading(path) { try known.take(bundle).report }
        _ = consume lock
        try replica.store.close()
        Output(output.style).show(report)
        if report.exit != 0 { throw ExitCode(report.exit) }
    }
}

extension Replica {
    fileprivate func take(_ bundle: SealedBundle) throws -> ImportedBundle {
        let heardAt = try store.read { access in
            try access.lastSyncAt().map { $0 - (try access.clockOffset()) } ?? 0
        }
        var joining = BundleJoining(bundle, store: store, identity: client, heardAt: heardAt)
        try joining.run()
        guard !joining.isForOthers else {
            throw VerbFailure(
                .scopeDenied,
                Words(
                    "This bundle of \(bundle.writer.name) holds nothing for a device.",
                    "\(bundle.writer.name) 的这个数据包不供设备导入。"),
                hint: Words("Carry it to a node: fieldsyncd bundle import.", "请交给节点：fieldsyncd bundle import。"))
        }
        if joining.isComplete {
            let isForThis = [UInt8](bundle.header.recipient) == key.publicKey.bytes
            try noteSync(at: bundle.header.createdAt, isForThis: isForThis)
        }
        return try imported(joining, bundle)
    }

    /// A bundle stands for an exchange at the time when it was written.
    private func noteSync(at milliseconds: Int64, isForThis: Bool) throws {
        try store.write { access in
            let here = milliseconds + (try access.clockOffset())
            if try access.lastSyncAt() ?? 0 < here { try access.noteSync(at: here) }
            // Written for this device alone: the node that wrote it would not have, had it been told to refuse it.
            if isForThis { try access.noteContact(at: milliseconds, days: nil, isNow: false, .now) }
        }
    }

    private func imported(_ joining: BundleJoining, _ bundle: SealedBundle) throws -> ImportedBundle {
        let counts = try store.read { try $0.statusCounts() }
        var imported = ImportedBundle(bundle)
        imported.refused = joining.refused
        imported.states = joining.states
        imported.receipts = joining.receipts
        imported.isComplete = joining.isComplete
        imported.isOlder = joining.isOlder
        imported.gaps = joining.gap.map { [$0] } ?? []
        imported.turnedAway = joining.turnedAway
        if joining.isOlder { return imported }
        imported.remarks = counts.sentences
        if joining.reauthored != nil {
            imported.remarks.append(
                Words(
                    "This device is a copy of another one, or was set back: it took a new id and keeps its unsent changes.",
                    "本机是另一设备的拷贝或曾被恢复：已换用新编号，未发送的修改保留。"))
        }
        if counts.conflicts > 0 || counts.rejected > 0 { imported.exit = ErrorCode.attention.entry.exit }
        return imported
    }
}
