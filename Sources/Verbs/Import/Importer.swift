import FieldModel
import Foundation
import SyncCore
import SyncStore

/// Takes the rows of a file in, each whole or not at all, and the same row only once however often the file is read.
struct Importer {
    /// Rows in one transaction: one fsync for all of them.
    private static let rowsPerTransactionMax = 200

    let context: VerbContext
    let plan: ImportPlan
    let dryRun: Bool
    private(set) var outcome = ImportOutcome()
    private var occurrences: [[String]: Int] = [:]

    init(_ context: VerbContext, _ plan: ImportPlan, dryRun: Bool) {
        self.context = context
        self.plan = plan
        self.dryRun = dryRun
    }

    mutating func take(_ rows: some Sequence<DelimitedRow>) throws {
        var batch: [ImportedRow] = []
        for row in rows {
            let occurrence = occurrences[ImportedRow.key(row, plan), default: 0]
            occurrences[ImportedRow.key(row, plan)] = occurrence + 1
            batch.append(ImportedRow(plan: plan, row: row, occurrence: occurrence))
            if batch.count == Self.rowsPerTransactionMax {
                try take(batch: batch)
                batch = []
            }
        }
        try take(batch: batch)
    }

    private mutating func take(batch: [ImportedRow]) throws {
        var results = ImportOutcome()
        do {
            try context.store.write { access in
                for row in batch { results.add(try take(row, access)) }
                if dryRun { throw DryRunEnded() }
            }
        } catch is DryRunEnded {}
        outcome.add(results)
    }

    private func take(_ row: ImportedRow, _ access: WriteAccess) throws -> RowResult {
        do {
            guard row.row.cells.count == plan.columnCount else { throw Self.wrongCount(row.row, plan.columnCount) }
            let drafts = try drafts(row, access)
            if drafts.isEmpty { return .unchanged }
            try context.commit(drafts, access)
            return .imported
        } catch let error as RowError {
            return .refused(error)
        } catch let failure as VerbFailure {
            return .refused(RowError(line: row.row.line, column: nil, code: failure.code, message: failure.message))
        }
    }

    /// What the row changes: nothing for records that say it already.
    private func drafts(_ row: ImportedRow, _ access: WriteAccess) throws -> [RecordDraft] {
        var records: [String: RecordID] = [:]
        var drafts: [RecordDraft] = []
        for entry in plan.entries {
            let values = try row.values(entry, records: records) { text, type in
                try Lookup.reference(text, type: type, access)
            }
            let id = try identify(entry, values, row, access)
            records[entry.alias] = id
            var draft = try draft(entry, id, values, access)
            if draft.seen == nil, let prefix = entry.entity.prefix, !draft.edits("number") {
                let number = try access.nextNumber(
                    prefix: prefix, branchCode: context.branchCode, deviceCode: context.deviceCode)
                if let number { draft.put("number", .text(number.text)) }
            }
            if draft.seen == nil || !draft.edits.isEmpty { drafts.append(draft) }
        }
        return drafts
    }

    private func identify(
        _ entry: ImportPlan.Entry, _ values: [(field: FieldDeclaration, value: Value)], _ row: ImportedRow,
        _ access: ReadAccess
    ) throws -> RecordID {
        let wanted = entry.find.compactMap { field in values.first { $0.field.tag == field.tag } }
        guard wanted.count == entry.find.count, !wanted.isEmpty else { return row.id(entry, found: []) }
        let matches = wanted.map { FieldMatch(tag: $0.field.tag, value: $0.value) }
        let found = try access.list(entry.entity.tag, matching: matches, limit: 1).items.first?.id
        return found ?? row.id(entry, found: wanted.map(\.value))
    }

    private func draft(
        _ entry: ImportPlan.Entry, _ id: RecordID, _ values: [(field: FieldDeclaration, value: Value)],
        _ access: ReadAccess
    ) throws -> RecordDraft {
        let seen = try access.record(id, type: entry.entity.tag)
        let new = try values.filter { field, value in
            // A record that was found is described by whoever keeps it, not by every row that names it.
            guard let seen else { return true }
            if !entry.find.isEmpty { return false }
            return try seen.record[field.name]?.shows(value) != true && !wasImported(value, field, id, access)
        }
        let edits = new.map { FieldEdit(tag: $0.field.tag, edit: .put($0.value)) }
        return RecordDraft(entry.entity, id, seen: seen, edits: edits)
    }

    /// Whether the field held the value before: then somebody has changed it since the first import, on purpose.
    private func wasImported(
        _ value: Value, _ field: FieldDeclaration, _ id: RecordID, _ access: ReadAccess
    ) throws -> Bool {
        try access.history(of: id, field: field.tag)?.items.contains { $0.after == value } == true
    }

    private static func wrongCount(_ row: DelimitedRow, _ expected: Int) -> RowError {
        RowError(
            line: row.line, column: nil, code: "wrong_column_count",
            message: Words(
                "The row has \(row.cells.count) cells where the header has \(expected).",
                "此行有 \(row.cells.count) 个单元格，而表头有 \(expected) 个。"))
    }
}

/// Ends a dry run: what it did is rolled back.
private struct DryRunEnded: Error {}

enum RowResult {
    case imported
    case unchanged
    case refused(RowError)
}

struct ImportOutcome {
    private(set) var rows = 0
    private(set) var imported = 0
    private(set) var unchanged = 0
    private(set) var errors: [RowError] = []

    mutating func add(_ result: RowResult) {
        rows += 1
        switch result {
        case .imported: imported += 1
        case .unchanged: unchanged += 1
        case .refused(let error): errors.append(error)
        }
    }

    mutating func add(_ other: ImportOutcome) {
        rows += other.rows
        imported += other.imported
        unchanged += other.unchanged
        errors += other.errors
    }
}

extension ShownValue {
    /// Whether the field shows the value, or has it among its elements or entries.
    fileprivate func shows(_ value: Value) -> Bool {
        switch self {
        case .one(let shown): shown == value
        case .many(let shown): shown.contains(value)
        }
    }
}
