import SyncStore
import SyncWire

/// Why a node takes no writes, or should be given none.
enum Unreadiness: String, CaseIterable, Sendable {
    /// It was told to end and finishes what it has begun.
    case draining
    /// The disk is nearly full: writes are refused before it is.
    case diskLow = "disk_low"
    /// The database is being brought to this version's form.
    case migrating
    /// A branch that has not pulled everything for the first time: it would show less than there is.
    case bootstrapping

    var problem: Problem { Problem(.unavailable, detail: sentence, details: ["reason": rawValue]) }

    private var sentence: String {
        switch self {
        case .draining: "the node is ending"
        case .diskLow: "the disk is nearly full"
        case .migrating: "the database is being migrated"
        case .bootstrapping: "the branch has not completed its first pull"
        }
    }
}

/// Looks when asked, so that the answer is never older than the question.
struct Readiness: Sendable {
    let gate: Gate
    let disk: DiskSpace
    let store: Store

    /// Empty: ready. May block on the database.
    func reasons() throws -> [Unreadiness] {
        var reasons: [Unreadiness] = []
        if gate.isDraining { reasons.append(.draining) }
        if disk.isLow { reasons.append(.diskLow) }
        if store.role == .branch, try store.read({ try $0.pulledCheckpoint() == nil }) {
            reasons.append(.bootstrapping)
        }
        return reasons
    }
}
