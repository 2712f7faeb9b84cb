import Foundation
import SyncCore
@testable import SyncStore
import SyncWire

/// A sealed device beside a headquarters, whose files are copied, put back and damaged.
final class JournalWorld {
    let world: StoreWorld
    let hq: Store
    private(set) var device: Store
    let keys: DataKeys
    private(set) var accounts: [RecordID] = []
    private var isOpen = true

    init() throws {
        keys = DataKeys(.random())
        world = try StoreWorld(keys: keys)
        hq = try world.hq()
        device = try world.store(.device, seed: 5)
        try device.write { _ = try $0.ownReplica() }
        try reopen()
    }

    var journalPath: String { device.path + "-unsent" }
    var replica: ReplicaID? { get throws { try device.read { try $0.deviceReplica() } } }

    /// As the next command does.
    func reopen() throws {
        try close()
        device = try Store(
            path: device.path, role: .device, environment: device.environment, creating: false, keys: keys)
        isOpen = true
    }

    /// A store is closed once.
    private func close() throws {
        if isOpen { try device.close() }
        isOpen = false
    }

    /// Writes sets, one a record.
    func write(_ count: Int, text: String = "work") throws {
        for _ in 0..<count {
            accounts.append(
                try world.create("account", on: device, ["name": .text("\(text) \(accounts.count)")]))
        }
    }

    /// The sets that the device has not sent, as its log has them.
    func unsent() throws -> [UnsentSet] { try device.read { try $0.unsentSets() } }

    func content() throws -> JournalFile.Content { try JournalFile(journalPath, keys: keys).content() }

    func deliver() throws {
        try world.push(device, to: hq)
        try world.pull(device, from: hq)
    }

    /// The names of all accounts at headquarters, so that what is there twice is found.
    func names(at store: Store) throws -> [String] {
        try accounts.compactMap { id in
            try store.read { try $0.state(of: id) }.flatMap { state in
                if case .text(let name)? = state[tag("account", "name")].siblings.first?.value { name } else { nil }
            }
        }
    }

    /// Closes the device and copies its files.
    /// - Parameter suffixes: of the database's name.
    func setAside(_ suffixes: [String] = ["", "-unsent"]) throws -> [String: Data] {
        try close()
        let files = suffixes.compactMap { suffix in
            FileManager.default.contents(atPath: device.path + suffix).map { (suffix, $0) }
        }
        try reopen()
        return Dictionary(uniqueKeysWithValues: files)
    }

    /// Puts copied files into the place of those that are there.
    /// - Parameter inPlace: into the same files, as `cp` does; else they are made anew.
    func putBack(_ files: [String: Data], inPlace: Bool) throws {
        try close()
        for (suffix, data) in files {
            if !inPlace { try? FileManager.default.removeItem(atPath: device.path + suffix) }
            if !inPlace { _ = FileManager.default.createFile(atPath: device.path + suffix, contents: nil) }
            let file = try FileHandle(forWritingTo: URL(filePath: device.path + suffix))
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: data)
            try file.close()
        }
        try reopen()
    }
}
