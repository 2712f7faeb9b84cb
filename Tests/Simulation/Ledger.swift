import SyncCore

/// One field of one record.
struct Place: Hashable {
    let record: RecordID
    let tag: FieldTag
}

/// Everything that was written, in values: what the oracle knows. A value keeps its identity whatever becomes of the set
/// that brought it; that it was written by a set that was made again under another replica changes nothing here.
final class Ledger {
    /// One write to one field.
    struct Entry {
        let number: Int
        let set: Int
        let place: Place
        let kind: FieldKind
        /// Nil: it took away what it saw.
        let value: Value?
        /// The writes whose values its author was shown in this field, as far as it overwrites them.
        let seen: Set<Int>
        /// Refused ones that it stands for.
        let amended: Set<Int>
    }

    /// A write that is to be noted.
    struct Draft {
        let place: Place
        let kind: FieldKind
        let value: Value?
        let seen: Set<Int>
        var amended: Set<Int> = []
    }

    /// What one transaction wrote.
    struct Made {
        let machine: Int
        let entries: Range<Int>
        /// Its records with the dots that it had when it was made.
        let dots: [(record: TrackedRecord, dot: Dot)]
        /// What every set has, once in the world.
        let mark: String
        /// Its machine was set back or lost afterwards: perhaps nobody has it any more.
        var mayBeLost = false
        /// Its machine has it no longer, for a node said that it has it.
        var isOnlyAtNodes = false
    }

    private(set) var entries: [Entry] = []
    private(set) var sets: [Made] = []
    /// Writes to a place, in order.
    private(set) var places: [Place: [Int]] = [:]
    private var writers: [RecordID: Set<Int>] = [:]
    private var tags: [RecordID: [FieldTag]] = [:]
    /// By a set's mark.
    private(set) var marks: [String: Int] = [:]
    /// All that a write overwrites, its author's own writes before it included.
    private var overwritten: [Set<Int>] = []
    private var origins: [Int: Int] = [:]

    /// The mark at the beginning of a text that the simulation wrote.
    static func mark(in value: Value) -> String? {
        guard case .text(let text) = value, text.hasPrefix("§") else { return nil }
        return text.dropFirst().firstIndex(of: "§").map { String(text[...$0]) }
    }

    /// A mark that no other set has.
    func newMark() -> String { "§\(sets.count)§" }

    /// - Parameter machine: nil: it was there from the beginning.
    func note(
        _ writes: [Draft], mark: String, by machine: Int?, dots: [(record: TrackedRecord, dot: Dot)],
        mayBeLost: Bool = false
    ) {
        let first = entries.count
        for write in writes {
            let entry = Entry(
                number: entries.count, set: sets.count, place: write.place, kind: write.kind, value: write.value,
                seen: write.seen, amended: write.amended)
            overwritten.append(overwrites(of: entry, by: machine))
            entries.append(entry)
            if places[entry.place, default: []].isEmpty {
                tags[entry.place.record, default: []].append(entry.place.tag)
            }
            places[entry.place, default: []].append(entry.number)
            writers[entry.place.record, default: []].insert(machine ?? -1)
        }
        marks[mark] = sets.count
        sets.append(
            Made(machine: machine ?? -1, entries: first..<entries.count, dots: dots, mark: mark, mayBeLost: mayBeLost))
    }

    /// §2: also what its author's own earlier writes overwrote, which may yet be refused.
    private func overwrites(of entry: Entry, by machine: Int?) -> Set<Int> {
        var all = entry.seen.union(entry.amended)
        guard let machine else { return all }
        for number in entry.seen where kin(of: sets[entries[number].set].machine) == kin(of: machine) {
            all.formUnion(overwritten[number])
        }
        return all
    }

    /// The machine whose files a machine began with.
    private func kin(of machine: Int) -> Int { origins[machine] ?? machine }

    func isKin(_ a: Int, _ b: Int) -> Bool { kin(of: a) == kin(of: b) }

    func note(copy: Int, of machine: Int) { origins[copy] = kin(of: machine) }

    func overwrites(of number: Int) -> Set<Int> { overwritten[number] }

    func places(of record: RecordID) -> [Place] { (tags[record] ?? []).map { Place(record: record, tag: $0) } }

    func machines(thatWroteTo record: RecordID) -> Set<Int> { writers[record] ?? [] }

    /// The sets that a log has applied, by their marks, and what was there from the beginning.
    func accepted(applied: Set<String>) -> Set<Int> {
        Set(sets.indices.filter { sets[$0].machine < 0 || applied.contains(sets[$0].mark) })
    }

    /// The writes that brought a value to a place.
    func writes(of value: Value, at place: Place) -> [Int] {
        (places[place] ?? []).filter { entries[$0].value == value }
    }

    /// The writes to a place of the set that a change came by.
    func writes(of write: Write, at place: Place) -> Set<Int> {
        guard let set = write.fields.lazy.compactMap(\.value).compactMap(Self.mark).first.flatMap({ marks[$0] }) else {
            return []
        }
        return Set(sets[set].entries.filter { entries[$0].place == place })
    }

    /// What a machine wrote may have gone with its files.
    func lose(writesOf machine: Int) {
        for index in sets.indices where sets[index].machine == machine { sets[index].mayBeLost = true }
    }

    func leave(writesOf machine: Int, toNodesBut marks: Set<String>) {
        for index in sets.indices where sets[index].machine == machine && !marks.contains(sets[index].mark) {
            sets[index].isOnlyAtNodes = true
        }
    }

    /// A node's files are gone, or of an earlier time.
    func loseWhatOnlyNodesHave() {
        for index in sets.indices where sets[index].isOnlyAtNodes { sets[index].mayBeLost = true }
    }
}
