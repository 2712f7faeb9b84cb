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

    /// For `serve`: waits for a verb that is at work, not for another server.
    static func lock(_ directory: NodeDirectory) throws -> DirectoryLock {
        try demandNode(directory)
        let deadline = Date(timeIntervalSinceNow: busySeconds)
        while true {
            if let lock = try freeLock(directory) { return lock }
            guard Date() < deadline, !ControlClient(directory).isServed else {
                throw NodeFailure.locked(path: directory.path)
            }
            Thread.sleep(forTimeInterval: retrySeconds)
        }
    }

    /// Nil while another process holds it.
    private static func freeLock(_ directory: NodeDirectory) throws -> DirectoryLock? {
        do throws(NodeFailure) { return try demandedLock(directory) } catch {
            if case .locked = error { return nil }
            throw error
        }
    }

    private static func withLock(_ directory: NodeDirectory, _ work: () throws -> Void) throws {
        try demandNode(directory)
        try withExtendedLifetime(demandedLock(directory), work)
    }

    /// There are file systems on which a lock is given to everybody: who serves is asked, too.
    private static func demandedLock(_ directory: NodeDirectory) throws(NodeFailure) -> DirectoryLock {
        let lock = try DirectoryLock(directory)
        if ControlClient(directory).isServed { throw .locked(path: directory.path) }
        return lock
    }

    /// Without a database there is nothing to lock, and nothing is made.
    private static func demandNode(_ directory: NodeDirectory) throws {
        guard FileManager.default.fileExists(atPath: directory.database) else {
            throw NodeFailure.missing(path: directory.path)
        }
    }

    private static func answered(_ ask: () throws -> Void) throws -> Bool {
        do {
            try ask()
            return true
        } catch ControlFailure.nobodyAnswers {
            return false
        } catch ControlFailure.isSilent {
            throw VerbFailure(
                .busy,
                Words("The process that serves this node does not answer.", "运行本节点的进程没有应答。"),
                hint: Words(
                    "It was stopped, or hangs. End it and start it again; what it acknowledged is kept.",
                    "该进程已暂停或失去响应。请结束并重新启动；已确认的内容均已保存。"))
        }
    }
}
