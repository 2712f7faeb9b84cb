import FieldModel
import SyncClient
import SyncCore
import SyncStore
import Testing

extension ExchangeWorld {
    /// A new account in a scope of its own.
    @discardableResult
    func newAccount(_ name: String, on store: Store, industry: String = "rail") throws -> RecordID {
        let id = store.environment.newRecordID()
        _ = try store.write { access in
            try access.commit(
                [
                    LocalChange(
                        type: EntityTag.account, record: id, creates: true,
                        edits: [
                            .scope("account/\(id)"), .text(name, "account", "name"),
                            .text(industry, "account", "industry"),
                        ])
                ], author: person)
        }
        return id
    }

    func set(_ field: String, _ value: String, of account: RecordID, on store: Store) throws {
        _ = try store.write { access in
            try access.commit(
                [LocalChange(type: EntityTag.account, record: account, edits: [.text(value, "account", field)])],
                author: person)
        }
    }

    /// All values of a field of an account that are concurrent there, sorted as text.
    func values(_ field: String, of account: RecordID, on store: Store) throws -> [String] {
        guard let tag = Catalogue.account.field(named: field)?.tag else { preconditionFailure("no field \(field)") }
        let state = try store.read { try $0.state(of: account) }
        return (state?[tag].distinctValues ?? []).compactMap { if case .text(let text) = $0 { text } else { nil } }
            .sorted()
    }

    func summaries(_ store: Store) throws -> [ScopeSummary] { try store.read { try $0.scopeSummaries() } }

    /// Own change sets: local, at a branch, at HQ.
    func counts(_ replica: Replica) throws -> [Int] {
        let counts = try replica.store.read { try $0.receiptCounts() }
        return [counts.local, counts.branch, counts.hq]
    }
}

/// The failure that an exchange ends with.
func failure(of replica: ExchangeWorld.Replica) throws -> ExchangeFailure {
    try #require(throws: ExchangeFailure.self) { try replica.exchange.run() }
}
