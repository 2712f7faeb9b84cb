package import SyncWire

/// A node's token for some minutes, kept in memory only, and what the node said of itself.
package struct Session: Sendable {
    let token: String
    /// Milliseconds since 1970 by the node's clock.
    let expiresAt: Int64
    /// What the node calls itself.
    package let node: String
    /// Whether the node is HQ: its receipts are final.
    package let isHQ: Bool
    package let epoch: UInt64
    /// Milliseconds since 1970 by the node's clock, when it opened the session.
    package let nodeTime: Int64
    /// Days without contact after which a device locks; 0: the node did not say.
    package let leaseDays: Int64
    /// What this device is to do with itself.
    package let order: SignedDeviceOrder?

    /// How long before its end a session is renewed, so that it does not end between two requests.
    private static let marginMilliseconds: Int64 = 30_000

    /// - Parameter identity: whose session it is.
    init(_ answer: WireSessionResponse, of identity: ClientIdentity) throws(ExchangeFailure) {
        guard !answer.token.isEmpty, !answer.node.isEmpty else { throw .garbage("a session without a token") }
        token = answer.token
        expiresAt = answer.expiresAt
        node = answer.node
        isHQ = answer.hq
        epoch = answer.epoch
        nodeTime = answer.nodeTime
        leaseDays = Int64(answer.leaseDays)
        do throws(WireError) {
            order = answer.hasOrder ? try identity.verified(answer.order) : nil
        } catch {
            throw ExchangeFailure(error)
        }
    }

    func isFresh(nodeTime: Int64) -> Bool { nodeTime + Self.marginMilliseconds < expiresAt }
}
