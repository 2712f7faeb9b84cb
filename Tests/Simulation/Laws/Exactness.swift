import FieldModel
import SyncCore
import SyncStore

/// HQ shows what the oracle says: no lost update, no ghost conflict.
final class Exactness: Law {
    /// By record, which set a dot was used for.
    private var dots: [RecordID: [Dot: Int]] = [:]
    private var setsSeen = 0

    /// A dot names one write for ever.
    func watch(_ machine: Machine, in world: World) throws {
        let sets = world.ledger.sets
        for number in setsSeen..<sets.count {
            for (record, dot) in sets[number].dots {
                guard let first = dots[record.id, default: [:]].updateValue(number, forKey: dot),
                    !world.isLenient(about: record.id)
                else { continue }
                throw Violation(
                    law: "Exactness",
                    words: "sets \(sets[first].mark) and \(sets[number].mark) wrote to \(record.id) under one dot")
            }
        }
        setsSeen = sets.count
    }

    func judge(_ world: World) throws {
        guard let store = world.headquarters.store else { return }
        try store.read { access in
            let log = try HeldLog(access)
            let accepted = world.ledger.accepted(applied: log.applied)
            let oracle = Oracle(ledger: world.ledger, accepted: accepted)
            for record in world.records {
                let state = try access.state(of: record) ?? RecordState()
                for place in world.ledger.places(of: record.id) {
                    try Self.compare(place, oracle, state[place.tag], of: record, in: world)
                }
            }
        }
    }

    private static func compare(
        _ place: Place, _ oracle: Oracle, _ state: FieldState, of record: TrackedRecord, in world: World
    ) throws {
        let wanted = oracle.shown(at: place)
        let isCounter = Fields.kind(place.tag, of: record.entity) == .counter
        let shown = isCounter && !state.siblings.isEmpty ? [Value.integer(state.sum)] : state.distinctValues
        if shown == wanted { return }
        let isLenient = world.isLenient(about: record.id)
        // Two copies wrote under one name: at worst there is a conflict more, never a value less.
        if isLenient, isCounter || Set(shown).isSuperset(of: wanted) { return }
        throw Violation(
            law: "Exactness",
            words:
                "HQ shows \(shown) in \(Fields.name(of: record.entity)) \(record.id) field \(place.tag), not \(wanted)")
    }
}
