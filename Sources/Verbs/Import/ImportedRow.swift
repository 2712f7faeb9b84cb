import FieldModel
import Foundation
import SyncCore
import SyncWire

/// Why a row was not taken in.
struct RowError: Error {
    let line: Int
    /// The column's name; nil when it is about the whole row.
    let column: String?
    let code: String
    let message: Words
}

/// One row of a file with the values that its cells mean.
struct ImportedRow {
    let plan: ImportPlan
    let row: DelimitedRow
    /// How many rows with the same key came before it in the file.
    let occurrence: Int

    /// The cells that tell this row from others.
    static func key(_ row: DelimitedRow, _ plan: ImportPlan) -> [String] {
        plan.map.key.map { name in
            plan.columns[name].flatMap { row.cells.indices.contains($0) ? row.cells[$0] : nil } ?? ""
        }
    }

    /// The values of an entry's fields; a field of an empty cell is left out.
    func values(
        _ entry: ImportPlan.Entry, records: [String: RecordID], reference: (String, TypeTag?) throws -> RecordID
    ) throws -> [(field: FieldDeclaration, value: Value)] {
        try entry.fields.compactMap { field in
            switch field.source {
            case .record(let alias): return records[alias].map { (field.declaration, .reference($0)) }
            case .constant(let text):
                return (field.declaration, try value(text, field.declaration, column: nil, reference))
            case .column(let name):
                let text = cell(name)
                if text.isEmpty { return nil }
                return (field.declaration, try value(text, field.declaration, column: name, reference))
            }
        }
    }

    private func cell(_ name: String) -> String {
        guard let index = plan.columns[name], row.cells.indices.contains(index) else { return "" }
        return row.cells[index].trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private func value(
        _ text: String, _ field: FieldDeclaration, column: String?, _ reference: (String, TypeTag?) throws -> RecordID
    ) throws -> Value {
        do {
            switch field.type {
            case .money where text.last?.isNumber == true:
                return try field.parse(text + (plan.map.currency ?? ""), reference: reference)
            case .instant:
                if let day = Self.date(text) { return midnight(day) }
            case .date:
                if let day = Self.date(text) { return .date(days: Int32(day.days)) }
            default: break
            }
            return try FieldText.parse(text, of: field, now: 0, reference: reference)
        } catch let error as ValueError {
            throw RowError(line: row.line, column: column, code: "invalid_value", message: error.message)
        } catch let failure as VerbFailure {
            throw RowError(line: row.line, column: column, code: failure.code, message: failure.message)
        }
    }

    /// `2026-11-22`, and `2026/11/22` with or without leading zeros.
    private static func date(_ text: String) -> CivilDate? {
        let parts = text.split(whereSeparator: { $0 == "-" || $0 == "/" }).map { Int($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2], year >= 1000 else {
            return nil
        }
        return CivilDate(year: year, month: month, day: day)
    }

    private func midnight(_ day: CivilDate) -> Value {
        let utc = Int64(day.days) * 86_400_000
        let offset = plan.zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(utc) / 1000)) / 60
        return .instant(milliseconds: utc - Int64(offset) * 60_000, offsetMinutes: Int16(offset))
    }

    /// The id of the record that an entry of this row becomes: the same in every run, at every node. It carries the
    /// date in the row's key, if there is one, so that the records sort by it.
    func id(_ entry: ImportPlan.Entry, found values: [Value]) -> RecordID {
        let key = Self.key(row, plan)
        let identity = values.isEmpty ? key + [String(occurrence)] : values.map(\.printed)
        let name = ([plan.map.source, entry.alias, entry.entity.name] + identity).joined(separator: "\u{1F}")
        let random = Hash.short(Array(("fieldsync import\0" + name).utf8))
        let day = values.isEmpty ? key.lazy.compactMap(Self.date).first : nil
        return RecordID(milliseconds: max(0, Int64(day?.days ?? 0) * 86_400_000), random: random)
    }
}
