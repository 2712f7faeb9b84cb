import FieldModel
package import SyncCore
package import SyncWire

/// The keys that travel beside sets and states.
extension ReadAccess {
    /// Of the sealed values in states that somebody is sent; none of what is gone.
    package func carriedKeys(ofStates states: [[UInt8]]) throws -> [WirePersonKey] {
        var named: Set<UInt64> = []
        for bytes in states {
            guard RecordStateCodec.type(of: bytes).flatMap(Catalogue.entity)?.isPersonal == true else { continue }
            named.formUnion(try RecordStateCodec.decode(bytes).state.sealingKeys)
        }
        return try named.sorted().compactMap { try personKey($0) }.map { WirePersonKey(.key($0)) }
    }

    /// Of the sealed values in sets that go up; of those that are gone, the word that they are.
    package func carriedKeys(ofSets entries: some Sequence<LogEntry>) throws -> [WirePersonKey] {
        var named: Set<UInt64> = []
        for entry in entries { named.formUnion(try entry.changeSet()?.sealingKeys ?? []) }
        return try named.sorted().map { id in WirePersonKey(try personKey(id).map(CarriedKey.key) ?? .gone(id)) }
    }
}

extension Store {
    /// Keeps the keys that came, durably, before what is sealed under them. Of persons who are erased it keeps none.
    package func take(_ keys: [CarriedKey]) throws {
        try people.keep(keys.compactMap { if case .key(let key) = $0 { key } else { nil } })
    }

    /// One of these keys that is neither here nor known to be gone.
    package func missingKey(among keys: Set<UInt64>) throws -> UInt64? {
        try keys.sorted().first { try people.key($0) == nil }
    }
}

extension RecordState {
    /// The keys that its personal values are sealed under.
    var sealingKeys: Set<UInt64> {
        Set(fields.flatMap(\.state.siblings).compactMap { $0.value.sealingKey })
    }
}

extension ChangeSet {
    package var sealingKeys: Set<UInt64> {
        var keys: Set<UInt64> = []
        for change in changes {
            switch change.effect {
            case .write(let write): keys.formUnion(write.fields.compactMap { $0.value?.sealingKey })
            case .witness(let state): keys.formUnion(state.sealingKeys)
            }
        }
        return keys
    }
}

extension Value {
    fileprivate var sealingKey: UInt64? { if case .sealed(let key, _) = self { key } else { nil } }
}
