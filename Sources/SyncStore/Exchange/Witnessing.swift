import FieldModel
package import SyncCore
import SyncWire

extension ReadAccess {
    /// Whether this node lost what it had not long ago, and devices may bring back by themselves what they still know
    /// (sync-model §5, R-81).
    package func isRecovering() throws -> Bool {
        guard role.isNode, let opened = try metaInteger(MetaKey.epochAt) else { return false }
        let lease = Limits.leaseDays * 86_400_000
        return try environment.wallMilliseconds() - opened < lease && (role == .hq || hasHeardUpstream())
    }

    /// Whether a node's state of a record lacks something that is held here.
    package func knowsMore(than state: [UInt8]) throws -> RecordID? {
        let (type, id, theirs) = try RecordStateCodec.decode(state)
        guard let mine = try load(id, type: type)?.base else { return nil }
        var joined = theirs
        joined.join(mine)
        return joined == theirs ? nil : id
    }
}

extension WriteAccess {
    /// Writes what is held of records, bases only, into change sets of this replica's own, for an upstream that lost it
    ///
    /// - Returns: the records that are too large to travel.
    package func witness(_ ids: [RecordID], author: RecordID) throws -> [RecordID] {
        var tooLarge: [RecordID] = []
        var (changes, bytes): ([Change], Int) = ([], 0)
        for id in ids {
            guard let record = try load(id), let base = record.base else { continue }
            let size = RecordStateCodec.encode(type: record.type, id: id, state: base).count
            guard size < Self.witnessBytesMax else {
                tooLarge.append(id)
                continue
            }
            if bytes + size > Self.witnessBytesMax || changes.count == Limits.changeSetChangesMax {
                try commitWitness(changes, author: author)
                (changes, bytes) = ([], 0)
            }
            changes.append(Change(type: record.type, record: id, effect: .witness(base)))
            bytes += size
        }
        if !changes.isEmpty { try commitWitness(changes, author: author) }
        return tooLarge
    }

    /// A set has a head and tables of its own beside the states.
    private static let witnessBytesMax = Limits.changeSetBytesMax * 9 / 10

    @discardableResult
    func commitWitness(_ changes: [Change], author: RecordID) throws -> ChangeSet {
        let wall = environment.wallMilliseconds()
        var clock = try clock()
        let timestamp = clock.stamp(wall: wall - (try clockOffset()), overwritten: .zero)
        let set = ChangeSet(timestamp: timestamp, author: author, changes: changes)
        try appendOwn(set, replica: ownReplica(), wall: wall)
        if role.isNode { keep(clock) }
        endPosition()
        return set
    }
}

extension Judge {
    /// What a device witnesses is taken while this node recovers, as far as its person could have written it: nobody can tell
    /// whether a node once said so. What would remove a value and put none in its place is for a person.
    func refusalOfWitness(
        _ state: RecordState, of change: Change, by person: RecordID, _ roles: RoleSet
    ) throws -> RefusalReason? {
        guard try access.isRecovering() else { return Self.unaskedWitness }
        let here = try access.load(change.record, type: change.type)?.shown
        var joined = here ?? RecordState()
        joined.join(state)
        guard try mayWitness(joined, over: here, change.type, person, roles) else { return Self.unaskedWitness }
        guard let mine = here else { return nil }
        let removes = mine.fields.contains { field in
            let before = Set(field.state.siblings.map(\.dot))
            let after = Set(joined[field.tag].siblings.map(\.dot))
            return !before.isSubset(of: after) && after.isSubset(of: before)
        }
        return removes ? Self.unaskedWitness : nil
    }

    private func mayWitness(
        _ joined: RecordState, over here: RecordState?, _ type: TypeTag, _ person: RecordID, _ roles: RoleSet
    ) throws -> Bool {
        // Who may do what is not for devices to tell.
        let deciding: Set = [
            EntityTag.user, EntityTag.branch, EntityTag.grant, EntityTag.device, EntityTag.deviceOrder,
        ]
        if deciding.contains(type) { return false }
        let scopes = [joined.scope, here?.scope].compactMap(\.self)
        guard !scopes.isEmpty, try scopes.allSatisfy({ try mayWrite(person, $0) }) else { return false }
        guard let entity = Catalogue.entity(type) else { return true }
        if let scope = joined.scope, scope != here?.scope, scope == "catalog" || scope == "org",
            !ScopeRule.isFixed(entity, in: scope)
        {
            return false
        }
        return joined.fields.allSatisfy { field in
            field.state == here?[field.tag] || entity.field(tag: field.tag) == nil
                || Permission.mayWrite(roles: roles, type: type, field: field.tag, creating: here == nil)
        }
    }

    private static let unaskedWitness = RefusalReason(
        code: ErrorCode.constraint.rawValue,
        messageEN: "This device still knows what the office lost. The office has to confirm it before it counts again.",
        messageZH: "本机仍保存着办公室已丢失的内容，需办公室确认后才会重新生效。")
}
