import SyncCore

/// Rows of a device's database that its readable pages still have, whatever of the trees above them is damaged. A table is
/// known by the tree that leads to its page or, where none does, by the shape of its rows.
struct ReadableRows {
    /// A row of `change_log`, which calls replicas by small numbers.
    struct Entry {
        let local: Int64
        let set: (seq: UInt64, hash: [UInt8], bytes: [UInt8])
        let isOwn: Bool
        let at: Int64
        let refusal: RefusalReason?
    }

    private(set) var meta: [String: [UInt8]] = [:]
    private(set) var counters: [String: Int64] = [:]
    var replicas: [Int64: ReplicaID] = [:]
    var entries: [Entry] = []
    private(set) var receipts: [KeptReceipt] = []
    private var receiptRows: [[SQLiteValue]] = []

    init(_ image: PageImage) {
        let owners = PageOwners(image)
        for number in image.pageNumbers.map(Array.init) ?? [] where owners.names[number] != PageOwners.unused {
            guard let page = image.bTree(number) else { continue }
            for cell in page.cells {
                guard let row = image.columns(of: cell) else { continue }
                take(row, rowid: cell.rowid, of: owners.names[number])
            }
        }
        receipts = receiptRows.compactMap(receipt)
    }

    /// - Parameter table: nil: no tree that can be read leads there.
    private mutating func take(_ row: [SQLiteValue], rowid: Int64?, of table: String?) {
        func isOf(_ name: String, _ columns: Int) -> Bool { row.count == columns && (table ?? name) == name }
        if let rowid {
            // Later versions add columns at the end.
            if row.count >= 15, (table ?? "change_log") == "change_log" { takeEntry(row) }
            if isOf("replica", 2), row[0] == .null, let id = row[1].integer {
                replicas[rowid] = ReplicaID(UInt64(bitPattern: id))
            }
            return
        }
        if isOf("meta", 2), let key = row[0].text, let value = row[1].blob { meta[key] = value }
        if isOf("number_counter", 2), let prefix = row[0].text, let last = row[1].integer { counters[prefix] = last }
        if isOf("receipt", 7), row[1].blob != nil { receiptRows.append(row) }
    }

    private mutating func takeEntry(_ row: [SQLiteValue]) {
        guard let local = row[1].integer, let seq = row[2].integer, let hash = row[3].blob, hash.count == 32,
            let bytes = row[4].blob, let verdict = row[5].integer, let own = row[6].integer, let at = row[8].integer
        else { return }
        let isRefused = verdict == Int64(Verdict.refused.rawValue)
        // What its person has settled is not told again.
        if isRefused, row[14].integer == 1 { return }
        let reason = RefusalReason(
            code: row[11].text ?? "", messageEN: row[12].text ?? "", messageZH: row[13].text ?? "")
        entries.append(
            Entry(
                local: local, set: (UInt64(bitPattern: seq), hash, bytes), isOwn: own == 1, at: at,
                refusal: isRefused ? reason : nil))
    }

    private func receipt(_ row: [SQLiteValue]) -> KeptReceipt? {
        guard let local = row[0].integer, let replica = replicas[local], let node = row[1].blob,
            let isHQ = row[2].integer, let seq = row[3].integer, let hash = row[4].blob, let epoch = row[5].integer,
            let bytes = row[6].blob
        else { return nil }
        return KeptReceipt(
            replica: replica, node: node, isHQ: isHQ == 1, seq: UInt64(bitPattern: seq), hash: hash,
            epoch: UInt64(bitPattern: epoch), bytes: bytes)
    }
}

/// What the readable pages of a people file still have.
struct ReadablePeople {
    /// Key bytes by id; nil: it is gone for ever.
    private(set) var keys: [(id: Int64, person: [UInt8], key: [UInt8]?)] = []
    private(set) var erased: [[UInt8]] = []

    init(_ image: PageImage) {
        let owners = PageOwners(image)
        for number in image.pageNumbers.map(Array.init) ?? [] {
            guard let name = owners.names[number], let page = image.bTree(number) else { continue }
            for cell in page.cells {
                guard let row = image.columns(of: cell) else { continue }
                if name == "erased", let person = row.first?.blob { erased.append(person) }
                guard name == "person_key", let id = cell.rowid, row.count == 3, let person = row[1].blob else {
                    continue
                }
                keys.append((id, person, row[2].blob))
            }
        }
    }
}
