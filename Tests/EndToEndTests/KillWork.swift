import Foundation
import Testing

/// What a technician enters in the kill tests, and what the program said of it.
///
/// Every entry has words of its own: half of them are a log entry and a count in one change set, so that half a set, a set
/// twice or a lost one would show in the sum; the others are records of their own.
struct KillWork {
    let device: FieldDevice
    let machine: String
    private(set) var tried: Set<String> = []
    /// What a command that exited 0 has promised to keep.
    private(set) var promised: Set<String> = []

    init(device: FieldDevice, machine: String) {
        self.device = device
        self.machine = machine
    }

    /// The next entry, undisturbed.
    mutating func write() throws {
        let entry = nextEntry()
        let outcome = try command(entry).run()
        try #require(outcome.exit == 0, "\(entry): \(outcome)")
        promised.insert(entry)
    }

    /// The next entry; the program is killed so many milliseconds after it began.
    /// - Returns: whether it still ran.
    mutating func write(killedAfter milliseconds: Int) throws -> Bool {
        let entry = nextEntry()
        let outcome = try command(entry).start().killed(afterMilliseconds: milliseconds)
        if outcome.exit == 0 { promised.insert(entry) }
        return outcome.exit == -SIGKILL
    }

    private mutating func nextEntry() -> String {
        let isNote = tried.count % 2 == 1
        let entry = "\(isNote ? "note" : "log") \(tried.count) of \(device.name)"
        tried.insert(entry)
        return entry
    }

    private func command(_ entry: String) -> Command {
        entry.hasPrefix("note")
            ? device.command(["new", "note", "subject=\(machine)", "text=\(entry)"])
            : device.command(["set", machine, "notes+=\(entry)", "cycles+=1"])
    }
}
