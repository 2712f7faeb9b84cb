/// How far one attachment is on its way.
package struct BlobProgress: Hashable, Sendable {
    /// To the node, or from it.
    package let isUp: Bool
    /// Bytes that have arrived.
    package let moved: Int64
    package let size: Int64
}
