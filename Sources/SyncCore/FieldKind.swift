/// How a field merges (sync-model §2). Below the view, the kinds differ in one thing only: what a write overwrites.
package enum FieldKind: Sendable, Hashable, CaseIterable {
    /// A write overwrites all siblings that it saw; the greatest (timestamp, replica, n) is shown.
    case register
    /// As a register; more than one distinct value is an open conflict until a person writes.
    case review
    /// As a register; the sibling highest in a declared order of values is shown.
    case ranked
    /// Adding overwrites nothing, removing overwrites the dots of that element that were seen.
    case set
    /// Overwrites nothing; entries in timestamp order.
    case log
    /// Overwrites nothing: each write is an increment.
    case counter
}
