import FieldModel
package import SyncStore
import SyncWire

/// What `verify` found: in this store alone, and where it was compared with a node's.
package struct VerifyFindings {
    private let local: Verification
    /// Nil: no node was asked.
    package var comparison: Comparison?

    package struct Comparison {
        let differed: Int
        let repaired: Int
        /// Ids.
        let missing: [String]

        package init(differed: Int, repaired: Int, missing: [String]) {
            (self.differed, self.repaired, self.missing) = (differed, repaired, missing)
        }
    }

    /// Reads everything that is here.
    package init(_ access: ReadAccess) throws { local = try access.verify() }

    package var report: Report {
        let missing = comparison?.missing ?? []
        let isSound = local.faults.isEmpty && missing.isEmpty
        let members: [(String, JSONValue)] = [
            ("scopes", .integer(Int64(local.scopes))),
            ("differed", .integer(Int64(local.faults.count + (comparison?.differed ?? 0)))),
            ("repaired", .integer(Int64(comparison?.repaired ?? 0))),
            ("missing", .array(missing.map(JSONValue.string))),
            ("records", .integer(Int64(local.records))), ("change_sets", .integer(Int64(local.changeSets))),
            ("faults", .array(local.faults.map(JSONValue.string))), ("checks", checks),
            ("compared", .bool(comparison != nil)),
        ]
        return Report(
            .object(members), remarks: sentences, exit: isSound ? 0 : ErrorCode.integrity.entry.exit)
    }

    /// How many faults each check found.
    private var checks: JSONValue {
        .object(Verification.Check.allCases.map { ($0.rawValue, .integer(Int64(local.count($0)))) })
    }

    private var sentences: [Words] {
        let read = Words(
            "\(local.records) records and \(local.changeSets) change sets read.",
            "已核对 \(local.records) 条记录、\(local.changeSets) 个变更集。")
        let faults = local.faults.map { Words($0, $0) }
        guard let comparison else { return [read] + faults }
        let compared = Words(
            "Compared with the node: \(comparison.differed) scopes differed, \(comparison.repaired) records repaired, "
                + "\(comparison.missing.count) missing there.",
            "与节点比对：\(comparison.differed) 个范围不同，修复 \(comparison.repaired) 条，节点缺少 \(comparison.missing.count) 条。")
        return [read] + faults + [compared]
    }
}
