import FieldModel

/// When HQ's root key was last written down, by whatever form.
package enum RootBackups {
    /// Where a node's store keeps HQ's public key.
    package static let rootKey = "node_root"
    fileprivate static let madeAt = "root_backup_at"
    fileprivate static let madeOf = "root_backup_root"
}

extension ReadAccess {
    /// Milliseconds since 1970 of the last backup of the present root key; nil: none was made.
    package func rootBackupAt() throws -> Int64? {
        guard let root = try meta(RootBackups.rootKey), try meta(RootBackups.madeOf) == root else { return nil }
        return try metaInteger(RootBackups.madeAt)
    }
}

extension WriteAccess {
    /// - Parameters:
    ///   - form: a word for scripts.
    ///   - fingerprint: of the root key.
    package func noteRootBackup(form: String, fingerprint: String) throws {
        try setMeta(RootBackups.madeAt, integer: environment.wallMilliseconds())
        if let root = try meta(RootBackups.rootKey) { try setMeta(RootBackups.madeOf, root) }
        try audit(.rootBackedUp, [("form", .string(form)), ("fingerprint", .string(fingerprint))])
    }

    package func noteRootChange(from old: String, to new: String, isCompromised: Bool) throws {
        try audit(.rootRotated, [("from", .string(old)), ("to", .string(new)), ("compromised", .bool(isCompromised))])
    }

    /// What HQ was made of has a backup: the one that it was made of.
    package func noteRecovery(fingerprint: String) throws {
        try setMeta(RootBackups.madeAt, integer: environment.wallMilliseconds())
        if let root = try meta(RootBackups.rootKey) { try setMeta(RootBackups.madeOf, root) }
        try audit(.rootRecovered, [("fingerprint", .string(fingerprint))])
    }
}
