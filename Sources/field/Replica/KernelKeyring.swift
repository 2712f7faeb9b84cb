import FieldModel
import KeyringShim
import SyncWire
import Verbs

/// Data keys of unlocked replicas, in the kernel's memory.
enum KernelKeyring {
    private static func name(_ locked: LockedKeys) -> String { "fieldsync:\(locked.name)" }

    /// Nil where they are not unlocked, or the time is over.
    static func keys(_ locked: LockedKeys) -> DataKeys? {
        var bytes = [UInt8](repeating: 0, count: Int(KS_BYTES_MAX))
        let count = ks_get(name(locked), &bytes, bytes.count)
        return count < 0 ? nil : DataKeys(bytes: Array(bytes.prefix(count)))
    }

    static func keep(_ keys: DataKeys, of locked: LockedKeys, seconds: UInt32) throws {
        let error = ks_put(name(locked), keys.bytes, keys.bytes.count, seconds)
        guard error == 0 else {
            throw VerbFailure(
                .unavailable,
                Words(
                    "This system does not let programs keep keys in the kernel (error \(error)).",
                    "本系统不允许程序在内核中保存密钥（错误 \(error)）。"),
                hint: Words(
                    "Without it each command needs the key file or FIELD_PASSPHRASE_FILE.",
                    "此时每条命令都需要密钥文件或 FIELD_PASSPHRASE_FILE。"))
        }
    }

    /// - Returns: whether they were unlocked.
    static func remove(_ locked: LockedKeys) -> Bool { ks_remove(name(locked)) == 1 }
}
