package import FieldModel
import Foundation
package import SyncCore
import SyncWire

/// What `bundle export` wrote.
package struct ExportedBundle {
    private let file: String
    private let bytes: Int64
    /// Nil: whoever can use it.
    private let recipient: String?
    /// Change sets, and record states.
    private let sets: Int
    private let states: Int
    /// What became of runs, and receipts.
    private let receipts: Int
    private let unsigned: [ReplicaID]
    private let attachments: Int

    /// - Parameter attachments: that wait for a network.
    package init(
        file: String, bytes: Int64, for recipient: String?, sets: Int, states: Int, receipts: Int = 0,
        unsigned: [ReplicaID] = [], attachments: Int = 0
    ) {
        (self.file, self.bytes, self.recipient) = (file, bytes, recipient)
        (self.sets, self.states, self.receipts) = (sets, states, receipts)
        (self.unsigned, self.attachments) = (unsigned, attachments)
    }

    package var members: [(String, JSONValue)] {
        [
            ("file", .string(file)), ("bytes", .integer(bytes)), ("for", recipient.map(JSONValue.string) ?? .null),
            ("sets", .integer(Int64(sets))), ("states", .integer(Int64(states))),
            ("receipts", .integer(Int64(receipts))), ("complete", .bool(unsigned.isEmpty)),
            ("missing", .array(unsigned.map { .string($0.description) })),
        ]
    }

    package var report: Report {
        Report(
            .object(members), remarks: sentences, exit: unsigned.isEmpty ? 0 : ErrorCode.attention.entry.exit
        ) { [file] _ in [file] }
    }

    package var sentences: [Words] {
        let whom = recipient.map { Words("for \($0)", "供 \($0)") } ?? Words("for any node", "供任一节点")
        let inside = Words(
            "\(counted(sets, "change set")) and \(counted(states, "record")) \(whom.en), \(ByteCount.text(bytes)).",
            "\(whom.zh)：\(sets) 个变更集、\(states) 条记录，\(ByteCount.text(bytes))。")
        let left = unsigned.map { replica in
            Words(
                "A part of the chain \(replica) was left out: no signature of its author is here.",
                "\(replica) 的部分变更未写入：缺少作者签名。")
        }
        let bytesLeft = Words(
            "Attachments do not travel in bundles: \(attachments) wait for a network.",
            "数据包不含附件：\(attachments) 个附件待联网发送。")
        return [inside] + left + (attachments > 0 ? [bytesLeft] : [])
    }
}

/// `1 record`, `2 records`.
func counted(_ count: Int, _ word: String) -> String { "\(count) \(word)\(count == 1 ? "" : "s")" }
