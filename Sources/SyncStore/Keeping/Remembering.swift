import FieldModel
import GRDB
import SyncCore

/// Who takes a deletion back gets back what was forgotten of the record, wherever he decided: headquarters, whose log has it
/// all, writes it again in the transaction in which it hears of his decision.
extension WriteAccess {
    /// So that it fits a change set, whatever else is in it.
    private static let (editsPerSetMax, bytesPerSetMax) = (200, 256 * 1024)
    private static let deleteForgotten = FixedSQL("DELETE FROM forgotten WHERE record = ?")

    /// Notes that a record is deleted no more.
    func noteUndeleted(_ record: StoredRecord, before: RecordState?, by author: RecordID) {
        guard role == .hq, record.shown.deletion == .present, let before, before.deletion != .present else { return }
        undeleted[record.id] = author
    }

    func settleUndeleted() throws {
        let waiting = undeleted
        undeleted = [:]
        for (id, author) in waiting.sorted(by: { $0.key < $1.key }) {
            let entries = try forgettings(of: id)
            guard !entries.isEmpty, let record = try load(id) else { continue }
            for edits in Self.cut(try forgottenEdits(of: record, by: entries)) {
                endPosition()
                try commit([LocalChange(type: record.type, record: id, edits: edits)], author: author)
            }
            try delete(Self.deleteForgotten, id)
            count(.forgotten, -entries.count)
        }
    }

    private static func cut(_ edits: [FieldEdit]) -> [[FieldEdit]] {
        var (sets, bytes): ([[FieldEdit]], Int) = ([], .max)
        for edit in edits {
            let size = edit.edit.textBytes
            if bytes > bytesPerSetMax - size || sets[sets.count - 1].count == editsPerSetMax {
                sets.append([])
                bytes = 0
            }
            sets[sets.count - 1].append(edit)
            bytes += size
        }
        return sets
    }
}

extension ReadAccess {
    private static let selectForgotten = FixedSQL("SELECT entry FROM forgotten WHERE record = ? ORDER BY entry")

    /// The places in the log of the sets that forgot a record.
    fileprivate func forgettings(of record: RecordID) throws -> [Int64] {
        let rows = try prepare(Self.selectForgotten)
        rows.bind(1, record)
        return try rows.all { $0.integer(0) }
    }

    /// What puts back what these sets overwrote: a single value only where nothing has taken its place since.
    fileprivate func forgottenEdits(of record: StoredRecord, by forgettings: [Int64]) throws -> [FieldEdit] {
        let entries = try entries(changing: record.id).filter { $0.verdict == .applied }
        var writes = KnownWrites(record: record.id)
        var taken: [FieldTag: [Dot]] = [:]
        for entry in entries {
            guard let set = try entry.changeSet() else { continue }
            writes.add(set)
            guard forgettings.contains(entry.rowid) else { continue }
            for change in set.changes where change.record == record.id {
                for field in change.write?.fields ?? [] { taken[field.tag, default: []] += field.overwrites }
            }
        }
        return taken.sorted { $0.key < $1.key }.flatMap { tag, dots in
            let here = record.shown[tag].distinctValues
            return Self.edits(writes.values(of: dots, in: tag), kind: fieldKind(record.type, tag), here: here).map {
                FieldEdit(tag: tag, edit: .put($0))
            }
        }
    }

    /// - Parameter values: in the order of writing.
    private static func edits(_ values: [Value], kind: FieldKind, here: [Value]) -> [Value] {
        switch kind {
        case .register, .review, .ranked: return here.isEmpty ? values.suffix(1) : []
        case .set: return Set(values).subtracting(here).sorted()
        case .log, .counter: return values
        }
    }
}

extension Edit {
    fileprivate var textBytes: Int { if case .put(.text(let text)) = self { text.utf8.count } else { 16 } }
}
