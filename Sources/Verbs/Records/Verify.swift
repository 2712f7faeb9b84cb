package import FieldModel
package import SyncCore
package import SyncStore
import SyncWire

/// What `verify` found: in this store alone, and where it was compared with a node's.
package struct VerifyFindings {
    package let local: Verification
    /// Nil: no node was asked.
    package var comparison: Comparison?

    package struct Comparison {
        let differed: Int
        /// Records that were damaged here and are whole again; all others that came, and the first of them.
        let mended: [RecordID]
        let received: Int
        let brought: [RecordID]
        let witnessed: Int
        let missing: [RecordID]
        /// What is still wrong here.
        let faults: [String]

        package init(
            differed: Int, mended: [RecordID], received: Int, brought: [RecordID], witnessed: Int, missing: [RecordID],
            faults: [String]
        ) {
            (self.differed, self.mended, self.received, self.brought) = (differed, mended, received, brought)
            (self.witnessed, self.missing, self.faults) = (witnessed, missing, faults)
        }
    }

    /// So many records are told of in text.
    private static let namedMax = 20

    /// Reads everything that is here.
    package init(_ access: ReadAccess) throws { local = try access.verify() }

    /// - Parameters:
    ///   - access: what is here now, to call records by their names.
    ///   - above: who was asked, in plain words.
    package func report(_ access: ReadAccess, above: Words) -> Report {
        let isSound = (comparison?.faults ?? local.faults).isEmpty && (comparison?.missing ?? []).isEmpty
        let repaired = (comparison?.mended.count ?? 0) + (comparison?.received ?? 0)
        let missing = comparison?.missing ?? []
        let members: [(String, JSONValue)] = [
            ("scopes", .integer(Int64(local.scopes))),
            ("differed", .integer(Int64(local.faults.count + (comparison?.differed ?? 0)))),
            ("repaired", .integer(Int64(repaired))), ("missing", Self.json(missing)),
            ("records", .integer(Int64(local.records))), ("change_sets", .integer(Int64(local.changeSets))),
            ("faults", .array(local.faults.map(JSONValue.string))), ("checks", checks),
            ("compared", .bool(comparison != nil)),
            ("mended", Self.json(comparison?.mended ?? [])), ("brought", Self.json(comparison?.brought ?? [])),
            ("left", .array((comparison?.faults ?? local.faults).map(JSONValue.string))),
        ]
        let sentences = sentences(RecordNames(access), above)
        return Report(.object(members), remarks: sentences, exit: isSound ? 0 : ErrorCode.integrity.entry.exit)
    }

    private static func json(_ ids: [RecordID]) -> JSONValue { .array(ids.map { .string($0.description) }) }

    /// How many faults each check found.
    private var checks: JSONValue {
        .object(Verification.Check.allCases.map { ($0.rawValue, .integer(Int64(local.count($0)))) })
    }

    private func sentences(_ names: RecordNames, _ above: Words) -> [Words] {
        let read = Words(
            "\(local.records) records and \(local.changeSets) change sets read.",
            "已核对 \(local.records) 条记录、\(local.changeSets) 个变更集。")
        let faults = local.faults.map { Words($0, $0) }
        guard let comparison else { return [read] + faults }
        let compared = Words(
            "Compared with \(above.en): \(comparison.differed) scopes differed.",
            "已与\(above.zh)比对：\(comparison.differed) 个范围不同。")
        let mended = lines(comparison.mended, names) {
            Words("\($0) was damaged here and is again what \(above.en) has.", "\($0) 在本机已损坏，已按\(above.zh)的内容修复。")
        }
        let brought = lines(comparison.brought, names) {
            Words("\($0) was brought from \(above.en).", "\($0) 已从\(above.zh)取回。")
        }
        let missing = lines(comparison.missing, names) {
            Words(
                "\($0) is held here alone: \(above.en) does not have what this replica has of it.",
                "\($0) 只有本机保存：\(above.zh)没有这些内容。")
        }
        let witnessed =
            comparison.witnessed == 0
            ? []
            : [
                Words(
                    "\(comparison.witnessed) records that \(above.en) had lost were sent to it again.",
                    "\(above.zh)丢失的 \(comparison.witnessed) 条记录已重新送达。")
            ]
        let left = comparison.faults.map { Words("Still wrong: \($0)", "仍有问题：\($0)") }
        return [read] + faults + [compared] + mended + brought + witnessed + missing + left
    }

    /// A line for each of the first records, and how many more there are.
    private func lines(_ ids: [RecordID], _ names: RecordNames, _ words: (String) -> Words) -> [Words] {
        let named = ids.prefix(Self.namedMax).map { id in
            // What is damaged still may have no name.
            words((try? names.name(of: id)) ?? id.description)
        }
        let more = ids.count - named.count
        return more > 0 ? named + [Words("… and \(more) more like that.", "……另有 \(more) 条情况相同。")] : named
    }
}
