/// What one asker may have of a node.
struct Allowance: Sendable {
    let requests: Rate
    /// Requests that are answered, or wait for their turn, at the same time; waiting pulls too.
    let requestsAtOnceMax: Int
}
