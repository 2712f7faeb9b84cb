import FieldModel
import GRDB
import SyncCore

/// The search index of records with personal fields, which lies beside the keys and not in the database.
extension WriteAccess {
    /// Held back before it goes into the file. What is written there before the transaction ends and then undone is put
    /// right with the next record in the same row, and shows no record meanwhile that is not there.
    private static let textsMax = 5_000

    /// - Parameter text: empty: the row has none any more.
    func putPersonal(_ text: [UInt8], _ rowid: Int64, _ table: RecordTable) throws {
        let place = SearchText.rowid(type: table.entity.tag, rowid: rowid)
        personTexts.append(SearchEntry(rowid: place, text: text, isRemoved: text.isEmpty))
        if personTexts.count >= Self.textsMax { try settlePeople() }
    }

    func clearPersonalWords() throws {
        personTexts = []
        if people.isAbsent { return }
        try people.write { try $0.execute(sql: "DELETE FROM search") }
    }

    /// Finds the words anew: a database of an earlier moment does not go with the words of a later one.
    package func rebuildPersonalWords() throws {
        try clearPersonalWords()
        for table in RecordTable.ordered where table.entity.isPersonal {
            try forEachBatch(of: table) { records in
                for record in records {
                    guard let rowid = record.rowid else { continue }
                    try index(record.shown, of: record.id, before: nil, changed: nil, rowid: rowid, table: table)
                }
            }
        }
    }
}
