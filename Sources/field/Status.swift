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
            // A sentence tells of it.
            ("new_id", try access.newID().map(Self.newID) ?? .null),
        ]
        let labels = Self.labels
        let newID = try access.newID().map { [Self.words($0.reason)] } ?? []
        return Report(.object(members), remarks: counts.sentences + newID + (lease?.words.map { [$0] } ?? [])) {
            language in
            var table = TextTable()
            for (label, member) in zip(labels, members) { table.add([label[language], member.1.shown]) }
            return table.lines
        }
    }

    private static func newID(_ taken: (reason: NewIDReason, at: Int64)) -> JSONValue {
        .object([("reason", .string(taken.reason.rawValue)), ("at", Moments.json(taken.at))])
    }

    private static func words(_ reason: NewIDReason) -> Words {
        switch reason {
        case .copied:
            Words(
                "This replica was copied or put back: it has a new id, and keeps its unsent changes.",
                "本副本曾被拷贝或恢复：已换用新编号，未发送的修改保留。")
        case .setBack:
            Words(
                "The database is older than its journal: it has a new id, and has its unsent changes from there again.",
                "数据库比其日志旧：已换用新编号，未发送的修改已从日志取回。")
        case .salvaged:
            Words(
                "This replica was made of what was left of a damaged one, under a new id.",
                "本副本由损坏的副本抢救而成，已换用新编号。")
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
