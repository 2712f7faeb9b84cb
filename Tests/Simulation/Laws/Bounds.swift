import GRDB
import SyncCore
@testable import SyncStore

/// Nothing grows without end: no queue is left, and what is kept beside the values is little.
final class Bounds: Law {
    private static let runsMax = 60

    func watch(_ machine: Machine, in world: World) throws {
        try machine.store?.read { access in
            for record in world.records {
                guard let base = try access.load(record.id, type: record.entity)?.base else { continue }
                let late = base.fields.flatMap(\.state.superseded).count { base.known.contains($0) }
                if late == 0 && base.known.runs.count <= Self.runsMax { continue }
                throw Violation(
                    law: "Bounds",
                    words: "\(machine.name) keeps \(base.known.runs.count) runs of \(record.id), and \(late) "
                        + "overwritten dots that have come")
            }
        }
    }

    func judge(_ world: World) throws {
        for machine in world.settled {
            guard let store = machine.store else { continue }
            let staged = try store.read { access in
                try access.staging() != nil || Int.fetchOne(access.db, sql: "SELECT 1 FROM staged LIMIT 1") != nil
            }
            if staged { throw Violation(law: "Bounds", words: "\(machine.name) keeps pages of a pull that is over") }
            guard let unsent = try store.journal?.open()?.content().sets.count, unsent > 0 else { continue }
            throw Violation(law: "Bounds", words: "\(machine.name) keeps \(unsent) sets in its journal that were sent")
        }
    }
}
