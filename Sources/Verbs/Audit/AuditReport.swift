import FieldModel
package import SyncStore
import SyncWire

extension AuditFindings {
    /// What `audit verify` answers.
    package func report() -> Report {
        let faults = faults
        let members: [(String, JSONValue)] = [
            ("whole", .bool(isWhole)), ("entries", .integer(entries)), ("change_sets", .integer(Int64(sets))),
            ("heads", .integer(Int64(heads))), ("first_wrong", faults.first?.n.map(JSONValue.integer) ?? .null),
            (
                "faults",
                .array(
                    faults.map { fault in
                        .object([
                            ("n", fault.n.map(JSONValue.integer) ?? .null), ("message", .string(fault.words.en)),
                        ])
                    })
            ),
            ("explained", .array(explained.map { .string($0.en) })),
        ]
        let read = Words(
            "\(entries) entries and \(sets) change sets read, \(heads) signed heads compared.",
            "已核对 \(entries) 条、\(sets) 个变更集、\(heads) 个签名头。")
        let verdict =
            isWhole
            ? Words("The audit is whole.", "审计链完整。")
            : Words(
                "The audit is not whole. Keep a copy of the data as it is before you do anything else.",
                "审计链不完整。请先保留数据副本，再做其他处理。")
        return Report(
            .object(members), remarks: [read] + faults.map(\.words) + explained + [verdict],
            exit: isWhole ? 0 : ErrorCode.integrity.entry.exit)
    }
}
