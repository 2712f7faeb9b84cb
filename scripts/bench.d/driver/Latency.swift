import ArgumentParser
import FieldModel
import Foundation
import SyncCore
import SyncStore
import SyncWire

/// Looks into the replicas of two devices while their own programs use them, for nothing else can read them.
struct Latency: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "For each line of text: how long after one replica another one shows it as an order's diagnosis.")
    private static let pollSeconds = 0.0005

    @Argument(help: "Folder of the replica on which it is written.") var writer: String
    @Argument(help: "Folder of the one that is to show it.") var reader: String
    @Argument(help: "The key file of both.") var keyFile: String
    @Argument(help: "The order's id.") var order: String

    func run() throws {
        guard let id = RecordID(text: order) else { throw Damaged(path: order) }
        let (writer, reader) = (try store(writer), try store(reader))
        try Measure().report([:])
        while let text = readLine() {
            try wait(until: writer, shows: text, in: id)
            let measure = Measure()
            try wait(until: reader, shows: text, in: id)
            try measure.report([:])
        }
    }

    private func wait(until store: Store, shows text: String, in order: RecordID) throws {
        while try store.read({ try $0.shown(order)?["diagnosis"] }) != .one(.text(text)) {
            Thread.sleep(forTimeInterval: Self.pollSeconds)
        }
    }

    private func store(_ folder: String) throws -> Store {
        let text = try String(contentsOfFile: folder + "/data.keys", encoding: .utf8)
        let content = [UInt8](try Data(contentsOf: URL(filePath: keyFile)))
        guard let locked = LockedKeys(text: text), let secret = KeyLock.secret(ofKeyFile: content),
            let keys = locked.open(under: secret)
        else { throw Damaged(path: folder) }
        return try Store(
            path: folder + "/replica.db", role: .device, environment: Device.environment, creating: false, keys: keys)
    }
}
