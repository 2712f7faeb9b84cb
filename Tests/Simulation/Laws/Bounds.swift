import SyncCore
@testable import SyncStore

/// Nothing grows without end: no queue is left, and what is kept beside the values is little.
final class Bounds: Law {
    /// Dots of refused and lost sets stay in `superseded`, since they never come.
    private static let supersededMax = 40
    private static let runsMax = 60

    func judge(_ world: World) throws {
        for machine in world.settled {
            guard let store = machine.store else { continue }
            try store.read { access in
                if try access.staging() != nil {
                    throw Violation(law: "Bounds", words: "\(machine.name) has pages of a pull that never ended")
                }
                for record in world.records { try Self.look(record, machine, access) }
            }
        }
    }

    private static func look(_ record: TrackedRecord, _ machine: Machine, _ access: ReadAccess) throws {
        guard let state = try access.state(of: record) else { return }
        let superseded = state.fields.reduce(0) { $0 + $1.state.superseded.count }
        if superseded > supersededMax || state.known.runs.count > runsMax {
            throw Violation(
                law: "Bounds",
                words: "\(machine.name) keeps \(state.known.runs.count) runs and \(superseded) dots of \(record.id)")
        }
    }
}
