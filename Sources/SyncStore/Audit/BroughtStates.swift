import FieldModel
import SyncCore
import SyncWire

/// What a pull brought, for the audit: how many states, and the hash of their bytes one after the other.
struct BroughtStates {
    private(set) var count = 0
    private let hash = RunningHash()

    mutating func add(_ bytes: [UInt8]) {
        count += 1
        hash.add(bytes[...])
    }

    /// Ends it.
    var members: [(String, JSONValue)] {
        [("states", .integer(Int64(count))), ("digest", .string(Hex.digits(hash.finish())))]
    }
}
