import FieldModel
import GRDB
import SyncCore

extension Store {
    /// Writes what is personal into the columns of a plain copy, where a database has nothing readable of it.
    func openPersonal(in copy: Database, unmasked: Bool) throws {
        let access = ReadAccess(copy, role: role, environment: environment, people: people)
        for table in RecordTable.ordered where table.entity.isPersonal {
            let columns = table.columns.filter { $0.field.personal != nil }
            let names = columns.map { "\"\($0.field.name)\" = ?" }.joined(separator: ", ")
            let update = try access.prepare("UPDATE \"\(table.entity.name)\" SET \(names) WHERE rowid = ?")
            let rowids = try Int64.fetchAll(copy, sql: "SELECT rowid FROM \"\(table.entity.name)\"")
            let select = try access.prepare(table.viewSQL + " WHERE rowid = ?")
            for rowid in rowids {
                select.bind(1, rowid)
                let whole = try select.first { try access.shownRecord(in: $0, table: table) }
                guard let shown = unmasked ? whole : whole?.masked else { continue }
                for (index, column) in columns.enumerated() {
                    update.bind(Int32(index + 1), text: shown[column.field.name]?.columnText)
                }
                update.bind(Int32(columns.count + 1), rowid)
                try update.run()
            }
        }
    }
}

extension ShownValue {
    /// As the column of a text has it; nil for what cannot be read.
    fileprivate var columnText: String? {
        switch self {
        case .one(.text(let text)): text
        case .one: nil
        case .many(let values):
            JSONValue.array(values.filter { $0 != .unreadable }.map(\.json)).canonical()
        }
    }
}
