import FieldModel
import SyncCore

/// Decides whether a change set may enter (sync-model §6). Field work that came late is not refused.
struct Judge {
    let access: ReadAccess

    func refusal(of set: ChangeSet) throws -> RefusalReason? { nil }
}
