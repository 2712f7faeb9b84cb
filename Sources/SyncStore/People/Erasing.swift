import FieldModel
import GRDB
package import SyncCore
import SyncWire

/// What follows from an `erasure` record: the person's keys are destroyed.
extension WriteAccess {
    /// Notes that a record names somebody who is to be erased here. On a device only a node's word counts.
    func noteErasure(_ record: StoredRecord) {
        guard record.type == EntityTag.erasure, let base = record.base,
            case .reference(let person)? = Catalogue.erasure.shown("person", of: base).first
        else { return }
        session.erased.insert(person)
    }

    /// What this transaction shows of those who are erased is already without them; the keys go when it is committed.
    func settleErasures() throws {
        guard !session.erased.isEmpty else { return }
        for person in session.erased {
            for key in try people.keys(of: person) { personKeys[key.id] = .some(nil) }
            for record in try recordsAbout(person) {
                guard let table = RecordTable.all[record.type], let rowid = record.rowid else { continue }
                try noteConflicts(record, before: nil, table: table)
                let text = table.searchText(try opened(record.shown, of: record.id))
                let place = SearchText.rowid(type: record.type, rowid: rowid)
                session.erasedTexts.append(SearchEntry(rowid: place, text: text, isRemoved: text.isEmpty))
            }
        }
    }
}

extension ReadAccess {
    /// The records with personal fields about somebody: his own, and proposals for it.
    func recordsAbout(_ person: RecordID) throws -> [StoredRecord] {
        let proposals = try RecordID.fetchAll(
            db.cachedStatement(sql: "SELECT id FROM proposal WHERE subject = ?"), arguments: [person])
        return try (load(person).map { [$0] } ?? [])
            + proposals.compactMap { try load($0, type: EntityTag.proposal) }
    }

    /// Whether what was personal about somebody is erased here.
    package func isErased(_ person: RecordID) throws -> Bool { try people.isErased(person) }

    /// Whom the records say to erase that are here and nodes told of.
    fileprivate func toErase() throws -> Set<RecordID> {
        Set(try RecordID.fetchAll(db, sql: "SELECT person FROM erasure WHERE hash IS NOT NULL AND person IS NOT NULL"))
    }
}

extension Store {
    /// Destroys the keys of whom a transaction erased. What cannot be done now is done with the next one, or when the store
    /// is opened again.
    func eraseNoted() {
        if session.erased.isEmpty { return }
        do {
            try people.erase(session.erased, leaving: session.erasedTexts)
            (session.erased, session.erasedTexts) = ([], [])
        } catch {
            session.alarms.append(Alarm(message: "what is personal could not be erased yet: \(error)"))
        }
    }

    /// What a crash, or a copy of an earlier day, left undone.
    func resumeErasing() throws {
        let persons = try read { try $0.toErase() }.subtracting(people.erased())
        if persons.isEmpty { return }
        try write { $0.session.erased = persons }
    }
}
