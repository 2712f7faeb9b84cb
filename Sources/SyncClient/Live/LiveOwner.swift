/// Whose replica a live line keeps in step: a branch's, or a device's that somebody watches. Everything is called on the
/// line's thread.
package protocol LiveOwner {
    /// Runs a step while no other process exchanges for this replica.
    /// - Parameter isWhole: both ways, with all that the node has.
    func alone(isWhole: Bool, _ step: () throws -> ExchangeReport) throws -> ExchangeReport

    /// A step came to its end.
    func succeeded(_ report: ExchangeReport) throws

    /// A step did not. It is tried again, unless this throws.
    /// - Parameter isLost: connecting anew did not help; otherwise that is tried next.
    func failed(_ error: any Error, isLost: Bool) throws

    /// The network is another: whatever else is connected should connect anew.
    func reconnect()
}
