import FaultyDisk
import FieldModel
import Foundation
import GRDB
import SyncCore
@testable import SyncStore
import Testing

@Suite("A store on a disk that fails")
struct FaultyDiskTests {
    @Test(
        "After a power cut at any moment every acknowledged set is there, and of the last one all or nothing",
        arguments: 1...4)
    func powerCut(seed: UInt64) throws {
        let trial = try DiskTrial(seed: seed)
        for _ in 0..<25 { try trial.round(.stop) { fd_start_without_power(trial.machine, trial.dice.next()) } }
        #expect(trial.lost > 0, "no write was ever lost")
        #expect(trial.acknowledged > 100)
    }

    @Test("With a disk that is not waited for, acknowledged sets are lost: the trial can fail")
    func control() throws {
        let trial = try DiskTrial(seed: 1, synchronous: "OFF")
        var isSeen = false
        for _ in 0..<25 where !isSeen {
            do {
                try trial.round(.stop) { fd_start_without_power(trial.machine, trial.dice.next()) }
            } catch is TrialLoss {
                isSeen = true
            } catch is StoreFailure { isSeen = true }
        }
        #expect(isSeen)
    }

    @Test(
        "A full disk, a failed write and a failed sync are errors that lose nothing",
        arguments: [DiskTrial.Fault.full, .write, .sync])
    func errors(fault: DiskTrial.Fault) throws {
        let trial = try DiskTrial(seed: 5)
        for _ in 0..<15 {
            try trial.round(fault) {
                fd_stop(trial.machine)
                return fd_start_without_power(trial.machine, trial.dice.next())
            }
        }
    }
}

private struct TrialLoss: Error {}

/// A store to which sets are committed until its disk fails.
final class DiskTrial {
    enum Fault: String, CaseIterable {
        case stop, full, write, sync

        var kind: fd_fault {
            switch self {
            case .stop: FD_STOP
            case .full: FD_FULL
            case .write: FD_WRITE_ERROR
            case .sync: FD_SYNC_ERROR
            }
        }
    }

    private let directory: URL
    let machine: OpaquePointer
    let dice: SeededWords
    private let synchronous: String
    private let author = RecordID(high: 0x0190_0000_0000_7001, low: 0x8000_0000_0000_0001)
    /// A commit takes some forty.
    private static let operationsMax: UInt64 = 1_200
    private(set) var acknowledged = 0
    private(set) var lost = 0

    init(seed: UInt64, synchronous: String = "FULL") throws {
        fd_install()
        directory = FileManager.default.temporaryDirectory.appending(path: "disk-\(UInt64.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        machine = fd_machine_new(directory.path)
        dice = SeededWords(seed)
        self.synchronous = synchronous
        try store(creating: true).close()
    }

    deinit {
        fd_machine_free(machine)
        try? FileManager.default.removeItem(at: directory)
    }

    private func store(creating: Bool = false) throws -> Store {
        let dice = dice
        let store = try Store(
            path: directory.appending(path: "node.db").path, role: .hq,
            environment: StoreEnvironment(wallMilliseconds: { 1_780_000_000_000 }, randomWord: { dice.next() }),
            creating: creating)
        try store.database.writeWithoutTransaction {
            try $0.execute(sql: "PRAGMA synchronous = \(synchronous); PRAGMA wal_autocheckpoint = 20")
        }
        return store
    }

    /// Commits until the fault comes, starts the machine again, and looks.
    func round(_ fault: Fault, start: () -> Int32) throws {
        do {
            let store = try store()
            fd_arm(machine, fault.kind, dice.next() % Self.operationsMax)
            for _ in 0..<60 {
                try store.write { try commit($0, number: acknowledged) }
                acknowledged += 1
            }
            fd_stop(machine)
        } catch is StoreFailure {}
        lost += Int(start())
        let store = try store()
        let there = try store.read { try self.count($0) }
        guard there == acknowledged || there == acknowledged + 1 else { throw TrialLoss() }
        acknowledged = there
        try store.close()
    }

    /// Two records a set.
    private func commit(_ access: WriteAccess, number: Int) throws {
        let ids = [access.environment.newRecordID(), access.environment.newRecordID()]
        try access.commit(
            ids.map {
                LocalChange(
                    type: EntityTag.asset, record: $0, creates: true,
                    edits: [.put(StoreWorld.place, at: .scope), .put("S\(number)", at: tag("asset", "serial"))])
            }, author: author)
    }

    private func count(_ access: ReadAccess) throws -> Int {
        let (records, sets) = try (
            Int.fetchOne(access.db, sql: "SELECT count(*) FROM asset") ?? 0,
            Int.fetchOne(access.db, sql: "SELECT count(*) FROM change_log") ?? 0
        )
        let integrity = try String.fetchOne(access.db, sql: "PRAGMA integrity_check")
        guard records == 2 * sets, integrity == "ok" else { throw TrialLoss() }
        return sets
    }
}
