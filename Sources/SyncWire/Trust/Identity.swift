package import SyncCore

/// Who a certificate says that a key is.
package struct Identity: Hashable, Sendable {
    package enum Kind: UInt8, Hashable, Sendable {
        case hq = 1
        case branch = 2
        case device = 3

        /// Whose certificates a key of this kind may sign besides HQ's own.
        func maySign(_ kind: Kind) -> Bool {
            switch self {
            case .hq: kind != .hq
            case .branch: kind == .device
            case .device: false
            }
        }
    }

    package let kind: Kind
    package let key: PublicKey
    /// The node's record, or the device's id.
    package let subject: RecordID
    /// Devices: the person.
    package let user: RecordID?
    /// Devices: the branch (or HQ) that serves the device.
    package let branch: RecordID?
    /// For people: nothing is decided by it.
    package let name: String
    /// The branch's code, or the device's within its branch, in readable numbers.
    package let code: String
    /// Milliseconds since 1970.
    package let issuedAt: Int64
    package let expiresAt: Int64

    package init(
        kind: Kind, key: PublicKey, subject: RecordID, user: RecordID? = nil, branch: RecordID? = nil, name: String,
        code: String, issuedAt: Int64, expiresAt: Int64
    ) {
        self.kind = kind
        self.key = key
        self.subject = subject
        self.user = user
        self.branch = branch
        self.name = name
        self.code = code
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
    }

    package var isNode: Bool { kind != .device }
}
