package import SyncCore

/// What headquarters forgets of a record that was deleted a lease ago (sync-model §8): all but its stub.
package enum ForgettingRule {
    /// What says who people, devices and branches are and what they may see decides about others' records, for as long as
    /// any of them are here. Personal content is erased by its keys, which asks for no lease.
    private static let whole: Set<TypeTag> = [
        EntityTag.user, EntityTag.branch, EntityTag.device, EntityTag.deviceOrder, EntityTag.grant, EntityTag.erasure,
    ]

    /// Whether deleted records of a type are forgotten at all.
    package static func isForgotten(_ type: TypeTag) -> Bool { Catalogue.entity(type) != nil && !whole.contains(type) }

    /// Whether a field stays in the stub: `deleted` itself, and that from which it follows who holds the stub and what is
    /// in the scope that is named after it.
    package static func keeps(_ field: FieldTag, of type: TypeTag) -> Bool {
        if field == .scope || field == .deleted { return true }
        guard let entity = Catalogue.entity(type), let name = entity.field(tag: field)?.name else { return false }
        switch type {
        case EntityTag.site: return ["account", "branch"].contains(name)
        case EntityTag.account: return ["steward", "team"].contains(name)
        default: return false
        }
    }

    /// The fields of a state of which a stub keeps nothing.
    package static func forgotten(_ state: RecordState, type: TypeTag) -> [RecordState.Field] {
        state.fields.filter { !$0.state.siblings.isEmpty && !keeps($0.tag, of: type) }
    }

    /// Whether nothing but its stub is left of a deleted record.
    package static func isStub(_ state: RecordState, type: TypeTag) -> Bool {
        isForgotten(type) && state.deletion == .deleted && forgotten(state, type: type).isEmpty
    }
}
