import SyncWire

/// What a device fetches by itself.
package enum BlobPolicy: String, Sendable, CaseIterable {
    /// Nothing, ever.
    case never
    /// What somebody asks for or has pinned.
    case onDemand = "on_demand"
    /// That, and what belongs to its person's open orders.
    case assigned
}

/// What a replica was told about attachments.
package struct BlobSettings: Hashable, Sendable {
    package var policy: BlobPolicy
    /// Bytes to keep here; nil at HQ, which keeps all.
    package var quotaBytes: Int64?
}

extension ReadAccess {
    package func blobSettings() throws -> BlobSettings {
        let policy = try metaText(BlobSettings.policyKey).flatMap(BlobPolicy.init) ?? .assigned
        if role == .hq { return BlobSettings(policy: policy, quotaBytes: nil) }
        let usual = role == .device ? BlobLimits.deviceQuotaBytes : BlobLimits.branchQuotaBytes
        return BlobSettings(policy: policy, quotaBytes: try metaInteger(BlobSettings.quotaKey) ?? usual)
    }
}

extension WriteAccess {
    package func set(_ settings: BlobSettings) throws {
        try setMeta(BlobSettings.policyKey, text: settings.policy.rawValue)
        try setMeta(BlobSettings.quotaKey, integer: settings.quotaBytes)
    }
}

extension BlobSettings {
    fileprivate static let policyKey = "blobs.policy"
    fileprivate static let quotaKey = "blobs.quota"
}
