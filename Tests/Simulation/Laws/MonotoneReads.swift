import SyncCore
import SyncStore

/// A replica that shows a write never again shows what that write overwrote.
final class MonotoneReads: Law {
    /// What the writes overwrote that a machine has shown, by machine and place.
    private var overwritten: [Int: [Place: Set<Int>]] = [:]
    /// Which of a machine's files they were shown from.
    private var beginnings: [Int: Int] = [:]

    func watch(_ machine: Machine, in world: World) throws {
        guard let store = machine.store else { return }
        if beginnings.updateValue(machine.standing.beginnings, forKey: machine.number) != machine.standing.beginnings {
            overwritten[machine.number] = nil
        }
        try store.read { access in
            for record in world.records {
                guard let state = try access.state(of: record) else {
                    forget(record.id, machine.number)
                    continue
                }
                for place in world.ledger.places(of: record.id) {
                    try look(state[place.tag], at: place, machine, world)
                }
            }
        }
    }

    private func look(_ state: FieldState, at place: Place, _ machine: Machine, _ world: World) throws {
        let ledger = world.ledger
        let shown = Set(state.siblings.flatMap { ledger.writes(of: $0.value, at: place) })
        var gone = overwritten[machine.number]?[place] ?? []
        // A write of his own may be refused yet, and then he sees again what it overwrote.
        let others = shown.filter { ledger.sets[ledger.entries[$0].set].machine != machine.number }
        if let back = shown.intersection(gone).min(), !world.isLenient(about: place.record),
            Fields.isUnique(ledger.entries[back])
        {
            throw Violation(
                law: "MonotoneReads",
                words: "\(machine.name) shows again \(ledger.entries[back].value.map { "\($0)" } ?? "") in \(place)")
        }
        for number in others { gone.formUnion(ledger.overwrites(of: number)) }
        overwritten[machine.number, default: [:]][place] = gone
    }

    private func forget(_ record: RecordID, _ machine: Int) {
        overwritten[machine] = overwritten[machine]?.filter { $0.key.record != record }
    }
}
