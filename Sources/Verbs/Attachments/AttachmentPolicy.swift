package import ArgumentParser
import FieldModel
package import SyncStore

extension BlobPolicy: ExpressibleByArgument {}

extension BlobPolicy {
    /// With the word that the verb takes.
    fileprivate var words: Words {
        switch self {
        case .never: Words("nothing (never)", "不下载（never）")
        case .onDemand: Words("what is pinned or asked for (on_demand)", "仅固定或索取的附件（on_demand）")
        case .assigned:
            Words(
                "what is pinned, asked for, or of your open orders (assigned)", "固定或索取的附件，以及本人未完工单的附件（assigned）")
        }
    }
}

extension VerbContext {
    /// What is fetched without being asked for, and how much is kept.
    package func attachmentPolicy(_ policy: BlobPolicy?, quota: Int64?) throws -> Report {
        try store.write { access in
            var settings = try access.blobSettings()
            if let policy { settings.policy = policy }
            if let quota, settings.quotaBytes != nil { settings.quotaBytes = quota }
            if policy != nil || quota != nil { try access.set(settings) }
        }
        try blobs.makeRoom(for: 0, keeping: store.role.isNode ? nil : author)
        let (settings, used) = try store.read { (try $0.blobSettings(), try $0.blobBytes()) }
        let members: [(String, JSONValue)] = [
            ("policy", .string(settings.policy.rawValue)),
            ("quota_bytes", settings.quotaBytes.map(JSONValue.integer) ?? .null), ("used_bytes", .integer(used)),
        ]
        let labels = [Words("Fetched", "自动下载"), Words("Kept at most", "保留上限"), Words("Kept now", "当前占用")]
        return Report(.object(members)) { language in
            var table = TextTable()
            let cells = [
                settings.policy.words[language], settings.quotaBytes.map(ByteCount.text) ?? "–", ByteCount.text(used),
            ]
            for (label, cell) in zip(labels, cells) { table.add([label[language], cell]) }
            return table.lines
        }
    }
}

package struct AttachmentPolicy<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "policy", abstract: "Say what is fetched by itself and how much is kept (附件策略).",
            discussion: """
                never: nothing; on_demand: what is pinned or asked for; assigned: that, and what belongs to your open \
                orders. Beyond the quota, what was not used for longest leaves, if a node has it and it is not pinned.

                Example: \(program) attachments policy on_demand --quota 500MB
                """)
    }

    @Argument(help: "never, on_demand or assigned (default: as it is).")
    package var policy: BlobPolicy?

    @Option(help: "How much to keep, such as 500MB or 2GB.", transform: AttachmentQuota.init)
    package var quota: AttachmentQuota?

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report {
        try context.attachmentPolicy(policy, quota: quota?.bytes)
    }
}

/// How much of attachments to keep.
package struct AttachmentQuota {
    let bytes: Int64

    init(_ text: String) throws {
        guard let bytes = ByteCount.parse(text) else {
            throw ValidationError("\"\(text)\" is not a number of bytes such as 500MB")
        }
        self.bytes = bytes
    }
}
