import FieldModel
import Foundation
import SyncClient
import SyncStore
import SyncWire
import Verbs

/// A device's files while nobody else has them open.
struct Ward {
    let directory: ReplicaDirectory
    let keys: DataKeys
    private let use: ReplicaUse

    init(_ directory: ReplicaDirectory) throws {
        try directory.demandRemains()
        self.directory = directory
        use = try ReplicaUse(directory, alone: true)
        keys = try ReplicaVault(directory).open()
    }

    func examine() throws -> Diagnosis {
        var diagnosis = Diagnosis(
            database: try report(of: directory.database), people: try report(of: directory.people),
            journal: try JournalReport(beside: directory.database, keys: keys))
        let remains = try Remains(database: directory.database, keys: keys)
        (diagnosis.unsent, diagnosis.gone) = (remains.unsent.count, remains.gone.count)
        do { _ = try Replica.signingKey(directory.key, keys) } catch let failure as VerbFailure {
            diagnosis.files.append(failure.message)
        }
        diagnosis.attachments = try BlobFolder(directory.blobs, keys: keys).verifyAll()
        if diagnosis.database?.isSound == true, diagnosis.people?.isSound != false {
            do { try compare(&diagnosis) } catch let failure as StoreFailure {
                let words = VerbFailure(failure)
                guard words.code == ErrorCode.integrity.rawValue else { throw failure }
                diagnosis.files.append(words.message)
            }
        }
        return diagnosis
    }

    private func compare(_ diagnosis: inout Diagnosis) throws {
        try withStore { store in
            diagnosis.content = try store.read { try $0.verify() }
            if try store.read({ try ReplicaIdentity($0) }) == nil {
                diagnosis.files.append(Words("The enrolment cannot be read.", "登记信息无法读取。"))
            }
        }
    }

    /// Computes anew what follows from the records.
    func rebuild(_ found: Diagnosis) throws -> Diagnosis {
        guard !found.needsSalvage, let content = found.content else { return found }
        try withStore { store in
            try store.write { access in
                _ = try access.mend(content, by: [])
                if content.faults.isEmpty { try access.rebuildProjections() }
            }
        }
        var diagnosis = try examine()
        diagnosis.isRebuilt = true
        return diagnosis
    }

    /// Saves what is whole, as far as anything is not.
    func salvage(_ found: Diagnosis) throws -> Report {
        var saved = Saved()
        if found.needsSalvage {
            let salvaging = Salvaging(in: directory, at: StoreEnvironment.system.wallMilliseconds())
            saved.outcome = try salvaging.prepare(keys)
            try Salvaging.finish(in: directory)
            saved.damaged = salvaging.damaged
        }
        let aside = (saved.damaged ?? directory.damaged) + "blobs"
        try withStore { store in
            if !found.attachments.damaged.isEmpty || found.needsSalvage {
                saved.attachments = try Blobs(store).adopt(damagedTo: aside)
            }
            if !found.needsSalvage, !found.journal.isSound { try store.renewJournal() }
        }
        return saved.report(found, now: try examine())
    }

    private func withStore(_ body: (Store) throws -> Void) throws {
        let store = try Store(
            path: directory.database, role: .device, environment: .system, creating: false, keys: keys)
        try body(store)
        try store.close()
    }

    private func report(of file: String) throws -> PageReport? {
        do { return try PageReport(of: file, keys: keys) } catch StoreFailure.missing { return nil }
    }
}
