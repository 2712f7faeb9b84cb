import Foundation
import SyncCore

/// A person key beside sets or states, or the word that it is gone where they come from.
package enum CarriedKey: Hashable, Sendable {
    case key(PersonKey)
    case gone(UInt64)

    package var id: UInt64 {
        switch self {
        case .key(let key): key.id
        case .gone(let id): id
        }
    }
}

extension WirePersonKey {
    package init(_ carried: CarriedKey) {
        self.init()
        switch carried {
        case .key(let key): (person, self.key) = (Data(key.person.bytes), Data(key.bytes))
        case .gone(let id): self.id = id
        }
    }

    /// - Throws: when it is neither a key of a person nor the word that one is gone.
    package func carried() throws(WireError) -> CarriedKey {
        if key.isEmpty, person.isEmpty, id != 0 { return .gone(id) }
        guard let person = RecordID(bytes: [UInt8](person)), key.count == PersonKey.byteCount, id == 0 else {
            throw .malformed("no key of a person")
        }
        return .key(PersonKey(person: person, bytes: [UInt8](key)))
    }
}
