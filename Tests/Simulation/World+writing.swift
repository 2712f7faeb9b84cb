import FieldModel
import SyncCore
import SyncStore
import SyncWire

/// What one transaction is to do to one record.
struct Draft {
    let record: TrackedRecord
    var creates = false
    var edits: [FieldEdit] = []
    /// Writes of refused sets that this one stands for, by field.
    var amends: [FieldTag: [Dot]] = [:]
    var amended: [FieldTag: Set<Int>] = [:]
}

extension World {
    /// Commits a set on a machine and notes what its author saw.
    /// - Parameter draft: makes the parts of it, with texts that begin with the set's mark.
    func commit(on machine: Machine, _ draft: (WriteAccess, _ mark: String) throws -> [Draft]) throws {
        guard let store = machine.store else { return }
        let mark = ledger.newMark()
        var writes: [Ledger.Draft] = []
        var dots: [(record: TrackedRecord, dot: Dot)] = []
        do {
            try store.write { access in
                let drafts = try draft(access, mark).map { self.marked($0, mark) }
                if drafts.isEmpty { return }
                writes = try drafts.flatMap { try self.writes(of: $0, access) }
                try access.commit(drafts.map(\.change), author: machine.charter.author)
                dots = try drafts.compactMap { draft in
                    try self.dot(of: mark, in: access.state(of: draft.record)).map { (draft.record, $0) }
                }
            }
        } catch let failure as StoreFailure where failure.isOfDisk {
            // It may be there all the same.
            ledger.note(writes, mark: mark, by: machine.number, dots: [], mayBeLost: true)
            throw failure
        }
        if writes.isEmpty { return }
        note("\(machine.name) wrote \(mark): \(writes.count) fields of \(dots.count) records")
        ledger.note(
            writes, mark: mark, by: machine.number, dots: dots, mayBeLost: machine.standing.isRevoked)
    }

    /// With a text that says which set it is: a clearing or an increment does not.
    private func marked(_ draft: Draft, _ mark: String) -> Draft {
        guard let notes = Fields.notes(of: draft.record.entity), !draft.edits.contains(where: \.putsText) else {
            return draft
        }
        var draft = draft
        let tag = Fields.tag(notes, of: Fields.name(of: draft.record.entity))
        draft.edits.removeAll { $0.tag == tag }
        draft.edits.append(FieldEdit(tag: tag, edit: .put(.text(mark))))
        return draft
    }

    private func dot(of mark: String, in state: RecordState?) -> Dot? {
        let siblings = state?.fields.flatMap(\.state.siblings) ?? []
        return siblings.first { Ledger.mark(in: $0.value) == mark }?.dot
    }

    private func writes(of draft: Draft, _ access: ReadAccess) throws -> [Ledger.Draft] {
        let state = try access.state(of: draft.record) ?? RecordState()
        let edited = draft.edits.map { edit in
            let (value, place): (Value?, Place) = (edit.edit.value, Place(record: draft.record.id, tag: edit.tag))
            let kind = Fields.kind(edit.tag, of: draft.record.entity)
            return Ledger.Draft(
                place: place, kind: kind, value: value, seen: seen(by: edit.edit, kind, at: place, in: state),
                amended: draft.amended[edit.tag] ?? [])
        }
        let discarded = draft.amended.keys.sorted().filter { tag in !draft.edits.contains { $0.tag == tag } }.map {
            tag in
            Ledger.Draft(
                place: Place(record: draft.record.id, tag: tag), kind: Fields.kind(tag, of: draft.record.entity),
                value: nil, seen: [], amended: draft.amended[tag] ?? [])
        }
        return (edited + discarded).filter { Fields.isTracked($0.place.tag, of: draft.record.entity) }
    }

    /// What an author overwrites of what he is shown.
    private func seen(by edit: Edit, _ kind: FieldKind, at place: Place, in state: RecordState) -> Set<Int> {
        let shown = state[place.tag].siblings.map(\.value)
        switch (kind, edit) {
        case (.register, _), (.review, _), (.ranked, _):
            return Set(shown.flatMap { ledger.writes(of: $0, at: place) })
        case (.set, .remove(let element)): return Set(ledger.writes(of: element, at: place))
        default: return []
        }
    }

    // MARK: what people do

    func writing(of machine: Machine) -> Writing {
        guard machine.role == .device else { return .office }
        let device = Template.devices.first { template.people[$0.login] == machine.charter.author }
        return device?.roles == [.technician] ? .technician : .office
    }

    /// A record that a machine shows.
    func shownRecord(_ access: ReadAccess, where isWanted: (TrackedRecord) throws -> Bool) throws -> TrackedRecord? {
        random.pick(try records.filter { try isWanted($0) && access.state(of: $0) != nil })
    }

    func write(on machine: Machine) throws {
        let writing = writing(of: machine)
        try commit(on: machine) { access, mark in
            guard let record = try shownRecord(access, where: { !Fields.open($0.entity, to: writing).isEmpty }) else {
                return []
            }
            return [try edited(record, Fields.open(record.entity, to: writing), access, mark)]
        }
    }

    /// Some of the fields of a record, each with what may be done to it.
    func edited(_ record: TrackedRecord, _ names: [String], _ access: ReadAccess, _ mark: String) throws -> Draft {
        var draft = Draft(record: record)
        let state = try access.state(of: record) ?? RecordState()
        for name in names.shuffled(using: &random).prefix(1 + random.below(2)) {
            let tag = Fields.tag(name, of: Fields.name(of: record.entity))
            guard let edit = edit(of: tag, record, state[tag], "\(mark)\(name)") else { continue }
            draft.edits.append(FieldEdit(tag: tag, edit: edit))
        }
        return draft
    }

    private func edit(of tag: FieldTag, _ record: TrackedRecord, _ state: FieldState, _ text: String) -> Edit? {
        switch Fields.kind(tag, of: record.entity) {
        case .register, .review: random.happens(120) && !state.siblings.isEmpty ? .clear : .put(.text(text))
        case .ranked: rank(Place(record: record.id, tag: tag)).map { .put($0) }
        case .log: .put(.text(text))
        case .counter: .put(.integer(Int64(random.below(1_000_000)) - 200_000))
        case .set:
            random.happens(300) ? random.pick(state.distinctValues).map { .remove($0) } : .put(.text(text))
        }
    }

    /// A severity that nobody has given this record yet, so that it says who gave it.
    private func rank(_ place: Place) -> Value? {
        random.pick(
            Choices.severity.map { Value.text($0.word) }.filter { ledger.writes(of: $0, at: place).isEmpty })
    }

    func create(on machine: Machine) throws {
        guard let made = machine.store?.environment.newRecordID() else { return }
        try commit(on: machine) { access, mark in
            guard let site = try shownRecord(access, where: { $0.entity == EntityTag.site }) else { return [] }
            let entity = random.happens(600) ? "asset" : "request"
            let record = TrackedRecord(id: made, entity: Fields.entity(entity).tag)
            let name = entity == "asset" ? "serial" : "description"
            records.append(record)
            return [
                Draft(
                    record: record, creates: true,
                    edits: [
                        FieldEdit(tag: .scope, edit: .put(.text("site/\(site.id)"))),
                        FieldEdit(tag: Fields.tag("site", of: entity), edit: .put(.reference(site.id))),
                        FieldEdit(tag: Fields.tag(name, of: entity), edit: .put(.text("\(mark)\(name)"))),
                    ])
            ]
        }
    }

    /// Two records of one scope in one transaction.
    func pair(on machine: Machine) throws {
        let writing = writing(of: machine)
        try commit(on: machine) { access, mark in
            let isOpen = { (record: TrackedRecord) in
                Fields.notes(of: record.entity) != nil && !Fields.open(record.entity, to: writing).isEmpty
            }
            guard let first = try shownRecord(access, where: isOpen),
                let scope = try access.state(of: first)?.scope,
                let second = try shownRecord(
                    access, where: { try isOpen($0) && $0 != first && access.state(of: $0)?.scope == scope })
            else { return [] }
            return try [first, second].map { try edited($0, Fields.open($0.entity, to: writing), access, mark) }
        }
    }

    func delete(on machine: Machine) throws {
        let types = writing(of: machine) == .office ? [EntityTag.asset, EntityTag.request] : [EntityTag.asset]
        try commit(on: machine) { access, _ in
            guard let record = try shownRecord(access, where: { types.contains($0.entity) }),
                let state = try access.state(of: record)
            else { return [] }
            return [Draft(record: record, edits: [FieldEdit(tag: .deleted, edit: .put(.known(state.known)))])]
        }
    }

    /// What will be refused.
    func unpermitted(on machine: Machine) throws {
        guard machine.role == .device, writing(of: machine) == .technician else { return }
        try commit(on: machine) { access, mark in
            guard let record = try shownRecord(access, where: { !Fields.closed($0.entity).isEmpty }) else { return [] }
            var draft = try edited(record, Fields.closed(record.entity), access, mark)
            let open = try edited(record, Fields.open(record.entity, to: .technician), access, mark)
            draft.edits += open.edits
            return [draft]
        }
    }

    /// What only a later version knows: a field, or a type.
    func newer(on machine: Machine) throws {
        guard let made = machine.store?.environment.newRecordID() else { return }
        try commit(on: machine) { access, mark in
            guard let known = try shownRecord(access, where: { $0.entity == EntityTag.asset }) else { return [] }
            let edit = FieldEdit(tag: Fields.unknown, edit: .put(.text("\(mark)later")))
            if random.happens(500) { return [Draft(record: known, edits: [edit])] }
            guard let scope = try access.state(of: known)?.scope else { return [] }
            let record = TrackedRecord(id: made, entity: Fields.unknownType)
            records.append(record)
            return [
                Draft(
                    record: record, creates: true,
                    edits: [FieldEdit(tag: .scope, edit: .put(.text(scope))), edit])
            ]
        }
    }
}

extension FieldEdit {
    /// Whether it puts a text that begins with a mark.
    fileprivate var putsText: Bool { edit.value.flatMap(Ledger.mark) != nil }
}

extension Edit {
    fileprivate var value: Value? { if case .put(let value) = self { value } else { nil } }
}

extension Draft {
    var change: LocalChange {
        LocalChange(type: record.entity, record: record.id, creates: creates, edits: edits, amends: amends)
    }
}
