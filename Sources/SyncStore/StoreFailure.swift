/// What can go wrong in the store. Everything that is wrong with data is an outcome instead.
package enum StoreFailure: Error, Equatable {
    /// No store at the path, or not one of this program.
    case missing(path: String)
    /// The store is of a newer version of this program.
    case newer(found: Int, known: Int)
    /// Another process held the store for longer than the busy timeout.
    case busy
    /// Another process writes a node's database now, or the database is no longer at its path: this process must not go on.
    case takenOver(isMoved: Bool)
    case diskFull
    /// Reading or writing the disk failed; a node stops on it.
    case inputOutput(String)
    /// What was read is not what was written.
    case integrity(String)
    /// The same of the database: a page of it does not open, or does not fit those around it.
    case damaged
}
