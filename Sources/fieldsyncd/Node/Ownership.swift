import FieldModel
import Foundation
import SyncServer
import SyncStore
import SyncWire
import Verbs

/// One process at a time owns a node's data: the one that holds its lock.
enum Ownership {
    /// How long another process may hold the data without answering for it.
    private static let busySeconds = 5.0
    private static let retrySeconds = 0.05

    /// Works with the data, or asks the process that owns it; that may be a verb that is done in a moment.
    static func hold(
        _ directory: NodeDirectory, work: (OwnedNode) throws -> Void, orAsk ask: () throws -> Void
    ) throws {
        let deadline = Date(timeIntervalSinceNow: busySeconds)
        while true {
            do {
                return try withLock(directory) { try work(OwnedNode.open(directory)) }
            } catch NodeFailure.locked {
                if try answered(ask) { return }
                guard Date() < deadline else { throw VerbFailure(.busy) }
                Thread.sleep(forTimeInterval: retrySeconds)
            }
        }
    }

    private static func withLock(_ directory: NodeDirectory, _ work: () throws -> Void) throws {
        // Without a database there is nothing to lock, and nothing is made.
        guard FileManager.default.fileExists(atPath: directory.database) else {
            throw NodeFailure.missing(path: directory.path)
        }
        let lock = try DirectoryLock(directory)
        try withExtendedLifetime(lock, work)
    }

    private static func answered(_ ask: () throws -> Void) throws -> Bool {
        do {
            try ask()
            return true
        } catch ControlFailure.nobodyAnswers {
            return false
        }
    }
}
