/// The sum modulo 2^128 of the hashes of a scope's records: equal sets of states have equal digests, whatever the order.
/// It finds accidents; against a node that may lie, compare hashes by id (sync-model §5, R-43).
package struct ScopeDigest: Hashable, Sendable {
    package private(set) var sum: UInt128

    package init(sum: UInt128 = 0) { self.sum = sum }

    package mutating func add(_ hash: UInt128) { sum &+= hash }
    package mutating func remove(_ hash: UInt128) { sum &-= hash }
}
