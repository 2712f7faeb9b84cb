import FieldModel
import Foundation
import SyncCore
import SyncStore

/// Headquarters, a branch and a device, and somebody whose number is found nowhere else.
final class PeopleWorld {
    static let (name, phone, email) = ("Quaggazebrafinch", "13877654321", "zebrafinch@quagga.example")

    let world: StoreWorld
    let hq: Store
    let device: Store
    let contact: RecordID

    init() throws {
        world = try StoreWorld()
        hq = try world.hq(roles: ["admin", "service_rep", "technician"])
        contact = try world.create(
            "contact", on: hq,
            ["name": .text(Self.name), "phones": .text(Self.phone), "emails": .text(Self.email), "roles": "owner"])
        device = try world.device(of: hq, seed: 7)
    }

    @discardableResult
    func erase(_ person: RecordID? = nil, on store: Store? = nil) throws -> RecordID {
        try world.create("erasure", on: store ?? hq, ["person": .reference(person ?? contact), "reason": "asked"])
    }

    func shown(_ field: String, on store: Store) throws -> ShownValue? {
        try store.read { try $0.shown(contact)?[field] }
    }

    func found(_ text: String, on store: Store) throws -> Int {
        try store.read { try $0.search(text, limit: 10) }.items.count
    }

    /// The names of the files beside a store, with its own, in which a text stands.
    func files(of store: Store, with text: String) throws -> [String] {
        let own = URL(filePath: store.path).lastPathComponent
        return try FileManager.default.subpathsOfDirectory(atPath: world.directory.path).filter { $0.hasPrefix(own) }
            .filter { name in
                let url = world.directory.appending(path: name)
                guard !url.hasDirectoryPath, let data = try? Data(contentsOf: url) else { return false }
                return data.range(of: Data(text.utf8)) != nil
            }
    }

    /// In any spelling that the search index has of them.
    func filesWithCanary(of store: Store) throws -> [String] {
        try [Self.name, Self.name.lowercased(), Self.phone, Self.email].flatMap { try files(of: store, with: $0) }
    }
}
