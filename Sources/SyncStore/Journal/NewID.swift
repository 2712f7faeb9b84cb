import GRDB
import SyncCore

/// Why a device took a new id by itself.
package enum NewIDReason: String, Sendable {
    /// Its database is a copy, or all its files were put back.
    case copied
    /// Its database is of an earlier time than its journal.
    case setBack = "set_back"
    /// It was made of what was left of a damaged one.
    case salvaged
}

extension ReadAccess {
    /// Why this device has another id than before, and since when (milliseconds since 1970); nil once its office has given it
    /// a code for its numbers.
    package func newID() throws -> (reason: NewIDReason, at: Int64)? {
        guard let reason = try metaText(MetaKey.newID).flatMap(NewIDReason.init) else { return nil }
        return (reason, try metaInteger(MetaKey.newIDAt) ?? 0)
    }
}

extension WriteAccess {
    /// From the next write on this device is another replica. What it wrote before still goes under the old id, as it is.
    func takeNewID(because reason: NewIDReason) throws {
        // Another copy of this database has the same sets: they must stay the same in both.
        try seal(measuredOffset: nil)
        try setMeta(MetaKey.replica, text: environment.newReplicaID().description)
        try setMeta(MetaKey.newID, text: reason.rawValue)
        try setMeta(MetaKey.newIDAt, integer: environment.wallMilliseconds())
        session.journal.hasNewID = true
    }

    /// The office knows, and has given a code that no copy has.
    package func settleNewID() throws {
        try setMeta(MetaKey.newID, nil)
        try setMeta(MetaKey.newIDAt, nil)
    }
}
