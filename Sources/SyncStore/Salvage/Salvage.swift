import Foundation
import GRDB
package import SyncCore
package import SyncWire

/// Makes a fresh database out of what is left of a damaged one: the same enrolment and all that was not sent. What nodes
/// have comes from them again.
package struct Salvage {
    private let remains: Remains
    private let people: ReadablePeople?
    private let keys: DataKeys
    private let environment: StoreEnvironment

    /// What came back, and what did not.
    package struct Outcome: Sendable {
        package internal(set) var sets = TakenBack()
        /// Own sets that no node is known to have and of which nothing is left.
        package internal(set) var gone: [(replica: ReplicaID, seq: UInt64)] = []
        /// Records of which an unsent personal value cannot be read any more: its key is gone.
        package internal(set) var unreadable: [RecordID] = []
        package internal(set) var replica: ReplicaID?
    }

    /// - Parameter database: path of the damaged one, which nobody has open.
    package init(of database: String, keys: DataKeys, environment: StoreEnvironment) throws {
        self.init(
            try Remains(database: database, keys: keys),
            people: try? ReadablePeople(PageImage(PeopleFile.path(beside: database), keys: keys)), keys: keys,
            environment: environment)
    }

    init(_ remains: Remains, people: ReadablePeople? = nil, keys: DataKeys, environment: StoreEnvironment) {
        (self.remains, self.people, self.keys, self.environment) = (remains, people, keys, environment)
    }

    /// - Parameter path: of the new database, where there is none yet.
    package func make(at path: String) throws -> Outcome {
        let store = try Store(
            path: path, role: .device, environment: environment, creating: true, keys: DataKeys(keys.current))
        if let people { try store.people.takeOver(people) }
        var outcome = Outcome()
        try store.write { access in
            for (key, value) in remains.meta { try access.setMeta(key, value) }
            try access.put(remains.counters)
            for receipt in remains.receipts { try access.put(receipt) }
            outcome.sets = try access.takeBack(remains.sets)
            try access.takeNewID(because: .salvaged)
            outcome.replica = try access.deviceReplica()
        }
        outcome.gone = remains.gone
        outcome.unreadable = try unreadable(in: store)
        try store.close()
        return outcome
    }

    private func unreadable(in store: Store) throws -> [RecordID] {
        var records: Set<RecordID> = []
        for unsent in remains.unsent {
            let set = try ChangeSetCodec.decode(unsent.bytes, replica: unsent.replica)
            guard try store.missingKey(among: set.sealingKeys) != nil else { continue }
            records.formUnion(set.changes.map(\.record))
        }
        return records.sorted()
    }
}

extension WriteAccess {
    fileprivate func put(_ counters: [String: Int64]) throws {
        for (prefix, last) in counters {
            try db.execute(
                sql: "INSERT INTO number_counter (prefix, last) VALUES (?, ?)", arguments: [prefix, last])
        }
    }

    fileprivate func put(_ receipt: KeptReceipt) throws {
        try db.execute(
            sql: """
                INSERT INTO receipt (replica, node, hq, seq, hash, epoch, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET hq = excluded.hq, seq = excluded.seq, hash = excluded.hash,
                  epoch = excluded.epoch, bytes = excluded.bytes
                WHERE excluded.seq > receipt.seq
                """,
            arguments: [
                try names.local(receipt.replica), Data(receipt.node), receipt.isHQ, Int64(clamping: receipt.seq),
                Data(receipt.hash), Int64(bitPattern: receipt.epoch), Data(receipt.bytes),
            ])
    }
}
