import GRDB
import GRDBSQLite
@testable import SyncStore

extension Store {
    /// Of every statement that is prepared GRDB asks which columns it reads, to tell observers of it. Nobody observes, and
    /// what is started anew all the time spends a third of its time on that.
    func forgoObservers() {
        database.writeWithoutTransaction { _ = sqlite3_set_authorizer($0.sqliteConnection, nil, nil) }
    }
}
