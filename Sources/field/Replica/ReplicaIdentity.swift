import SyncClient
import SyncCore
import SyncStore
import SyncWire

/// What a device keeps of its enrolment.
struct ReplicaIdentity {
    let user: RecordID
    let login: String
    let branch: RecordID
    let branchCode: String
    let deviceCode: String
    /// Where it exchanges when nothing else is said.
    let upstream: String
    /// This device's certificate first, HQ's last.
    let chain: [WireSignedCertificate]
    let root: Roots

    /// Nil when the enrolment did not come to its end.
    init?(_ access: ReadAccess) throws {
        guard let upstream = try access.metaText(Key.upstream), let login = try access.metaText(Key.login),
            let branchCode = try access.metaText(Key.branchCode), let deviceCode = try access.metaText(Key.deviceCode),
            let current = try access.meta(Key.root).flatMap(PublicKey.init(bytes:)),
            let chain = try access.meta(Key.chain).map({ try KeptChain.chain($0) })
        else { return nil }
        let root = try Roots(current, kept: access.meta(Key.rotations))
        let own = try CertificateChain.verify(chain, root: root, expiry: .ignored)
        guard let user = own.user, let branch = own.branch else { return nil }
        (self.user, self.login, self.branch) = (user, login, branch)
        (self.branchCode, self.deviceCode) = (branchCode, deviceCode)
        (self.upstream, self.chain, self.root) = (upstream, chain, root)
    }

    /// Keeps what a node answered to an enrolment.
    static func keep(_ result: EnrolmentResult, upstream: String, _ access: WriteAccess) throws {
        try access.setMeta(Key.upstream, text: upstream)
        try access.setMeta(Key.login, text: result.login)
        try keep(renewed: result, access)
    }

    /// Keeps a new certificate, and the codes that came with it.
    static func keep(renewed result: EnrolmentResult, _ access: WriteAccess) throws {
        try access.setMeta(Key.chain, KeptChain.bytes(result.chain))
        try keep(result.root, access)
        try access.setMeta(Key.branchCode, text: result.branchCode)
        try access.setMeta(Key.deviceCode, text: result.deviceCode)
    }

    /// Keeps HQ's root keys.
    static func keep(_ root: Roots, _ access: WriteAccess) throws {
        try access.setMeta(Key.root, root.current.bytes)
        try access.setMeta(Key.rotations, root.keptRotations)
    }

    private enum Key {
        static let upstream = "device_upstream"
        static let login = "device_login"
        static let branchCode = "device_branch_code"
        static let deviceCode = "device_code"
        static let root = "device_root"
        static let rotations = "device_root_rotations"
        /// A `SessionRequest` with nothing but the chain.
        static let chain = "device_chain"
    }
}

extension ReadAccess {
    /// When this replica last stood on a consistent cut of a node's records: milliseconds since 1970.
    func lastSyncAt() throws -> Int64? { try metaInteger("last_sync_at") }
}

extension WriteAccess {
    func noteSync(at milliseconds: Int64) throws { try setMeta("last_sync_at", integer: milliseconds) }
}
