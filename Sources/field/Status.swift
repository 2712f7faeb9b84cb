import ArgumentParser
import FieldModel
import SyncCore
import SyncStore
import Verbs

struct Status: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what is unsent, and what waits for you (同步状态).",
        discussion: """
            pending: only on this device; at_branch, at_hq: how many of your changes are durable there.

            Example: field status --json
            """)

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func run() throws {
        let replica = try Replica.open(place.directory, for: .exchanging)
        Output(output.style).show(try replica.store.read { try replica.status($0) })
    }
}

extension Replica {
    fileprivate func status(_ access: ReadAccess) throws -> Report {
        let counts = try access.statusCounts()
        let lastSync = try access.lastSyncAt()
        let lease = try access.contactLease(.now)
        let members: [(String, JSONValue)] = [
            ("replica", try access.deviceReplica().map { .string($0.description) } ?? .null),
            ("user", .string(identity.login)), ("upstream", .string(identity.upstream)),
            ("pending", .integer(Int64(counts.receipts.local))), ("at_branch", .integer(Int64(counts.receipts.branch))),
            ("at_hq", .integer(Int64(counts.receipts.hq))), ("rejected", .integer(Int64(counts.rejected))),
            ("conflicts", .integer(Int64(counts.conflicts))), ("decisions", .integer(Int64(counts.decisions))),
            ("last_sync_at", lastSync.map(Moments.json) ?? .null), ("scopes", .integer(Int64(counts.scopes))),
            ("records", .integer(Int64(counts.records))), ("bootstrapping", .bool(counts.isBootstrapping)),
            ("attachments_pending", .integer(Int64(try access.unsentBlobCount().count))),
            ("audit_alarms", .integer(Int64(try access.auditAlarms().count))),
            ("lease_until", lease.map { Moments.json($0.endsAt) } ?? .null), ("locked", .bool(lease?.isOver ?? false)),
        ]
        let labels = Self.labels
        return Report(.object(members), remarks: counts.sentences + (lease?.words.map { [$0] } ?? [])) { language in
            var table = TextTable()
            for (label, member) in zip(labels, members) { table.add([label[language], member.1.shown]) }
            return table.lines
        }
    }

    private static let labels = [
        Words("Replica", "副本"), Words("User", "用户"), Words("Node", "上级节点"), Words("Not sent yet", "未发送"),
        Words("At the branch", "已到分公司"), Words("At HQ", "已到总部"), Words("Rejected", "被拒绝"),
        Words("Conflicts", "冲突"), Words("Waiting for a decision", "待决定"), Words("Last sync", "上次同步"),
        Words("Scopes", "范围"), Words("Records", "记录"), Words("First sync under way", "首次同步中"),
        Words("Attachments not sent yet", "未发送附件"), Words("Contradicted audits", "审计不符"),
        Words("Shows its records until", "可查看至"),
        Words("Locked", "已锁定"),
    ]
}
