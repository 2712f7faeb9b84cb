import FieldModel
import SyncCore
import SyncServer
import SyncStore
import SyncWire

/// What changes who may hold and write what, and what becomes of refused sets.
extension World {
    /// Whoever decides about scopes: nodes and offices.
    private func mayDecide(_ machine: Machine) -> Bool { writing(of: machine) == .office }

    func moveSite(on machine: Machine) throws {
        guard mayDecide(machine) else { return }
        try commit(on: machine) { access, _ in
            guard let site = try shownRecord(access, where: { $0.entity == EntityTag.site }),
                let branch = random.pick(branches)
            else { return [] }
            let edit = FieldEdit(
                tag: Fields.tag("branch", of: "site"), edit: .put(.reference(branch.charter.author)))
            return [Draft(record: site, edits: [edit])]
        }
    }

    /// A machine or request goes to another site.
    func moveRecord(on machine: Machine) throws {
        guard mayDecide(machine) else { return }
        try commit(on: machine) { access, _ in
            guard
                let record = try shownRecord(
                    access, where: { [EntityTag.asset, EntityTag.request].contains($0.entity) }),
                let site = try shownRecord(access, where: { $0.entity == EntityTag.site })
            else { return [] }
            return [
                Draft(
                    record: record,
                    edits: [
                        FieldEdit(tag: .scope, edit: .put(.text("site/\(site.id)"))),
                        FieldEdit(
                            tag: Fields.tag("site", of: Fields.name(of: record.entity)),
                            edit: .put(.reference(site.id))),
                    ])
            ]
        }
    }

    func grant(on machine: Machine) throws {
        guard mayDecide(machine), let store = machine.store, let login = random.pick(["wei", "bob", "eve"]),
            let user = template.people[login]
        else { return }
        let id = store.environment.newRecordID()
        let isMade = try store.write { access in
            // Nobody grants anything to whom he does not see.
            guard let site = try shownRecord(access, where: { $0.entity == EntityTag.site }),
                try access.state(of: TrackedRecord(id: user, entity: EntityTag.user)) != nil
            else { return false }
            try access.commit(
                [Self.grant(id, to: user, [("opens", .text("site/\(site.id)")), ("user", .reference(user))])],
                author: machine.charter.author)
            return true
        }
        if isMade { grants.append(id) }
    }

    func revokeGrant(on machine: Machine) throws {
        guard mayDecide(machine), let store = machine.store, let grant = random.pick(grants) else { return }
        let id = store.environment.newRecordID()
        try store.write { access in
            guard
                case .reference(let user)? = try access.state(of: TrackedRecord(id: grant, entity: EntityTag.grant))?[
                    Fields.tag("user", of: "grant")
                ].latest?.value
            else { return }
            try access.commit(
                [Self.grant(id, to: user, [("revokes", .reference(grant))])], author: machine.charter.author)
        }
    }

    private static func grant(_ id: RecordID, to user: RecordID, _ values: [(String, Value)]) -> LocalChange {
        LocalChange(
            type: EntityTag.grant, record: id, creates: true,
            edits: [FieldEdit(tag: .scope, edit: .put(.text("user/\(user)")))]
                + values.map { FieldEdit(tag: Fields.tag($0.0, of: "grant"), edit: .put($0.1)) })
    }

    /// HQ wants to hear no more of a device.
    func revokeDevice() throws {
        guard let device = random.pick(devices), let store = headquarters.store else { return }
        let identity = try CertificateReading.subject(of: device)
        try store.write { access in
            _ = try access.order(
                DeviceOrderDraft(device: identity, kind: .revoke), author: self.headquarters.charter.author)
        }
        for copy in devices where copy.charter.key.publicKey == device.charter.key.publicKey {
            copy.standing.isRevoked = true
            ledger.lose(writesOf: copy.number)
        }
    }

    /// A refused set is written again with what is open to its author, or given up.
    func settleRejected(on machine: Machine) throws {
        guard machine.role == .device, let store = machine.store,
            let rejected = random.pick(try store.read { try $0.rejected() })
        else { return }
        let isDiscarded = random.happens(500)
        try commit(on: machine) { access, mark in
            try access.settle(rejected.rowid)
            return try rejected.set.changes.compactMap { change in
                guard let write = change.write,
                    try access.state(of: TrackedRecord(id: change.record, entity: change.type)) != nil
                else { return nil }
                return isDiscarded ? discard(write, of: change) : amend(write, of: change, mark)
            }
        }
    }

    private func discard(_ write: Write, of change: Change) -> Draft {
        var draft = Draft(record: TrackedRecord(id: change.record, entity: change.type))
        for field in write.fields {
            draft.amends[field.tag] = [write.dot]
            draft.amended[field.tag] = ledger.writes(of: write, at: Place(record: change.record, tag: field.tag))
        }
        return draft
    }

    private func amend(_ write: Write, of change: Change, _ mark: String) -> Draft {
        var draft = discard(write, of: change)
        let open = Fields.open(change.type, to: .technician).map { Fields.tag($0, of: Fields.name(of: change.type)) }
        for field in write.fields {
            if field.value == nil {
                // A removal names what it takes away.
                draft.amends[field.tag, default: []] += field.overwrites
                for entry in draft.amended[field.tag] ?? [] {
                    draft.amended[field.tag]?.formUnion(ledger.overwrites(of: entry))
                }
            } else if open.contains(field.tag), case .text? = field.value {
                draft.edits.append(FieldEdit(tag: field.tag, edit: .put(.text("\(mark)again \(field.tag)"))))
            }
        }
        return draft
    }
}
