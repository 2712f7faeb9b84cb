import FieldModel
import SyncCore

/// Histories of events written as lines: `name kind author after…`, perhaps `@time`; time rises by line otherwise.
/// Of work, `:name` is somebody to whom it is given, `+name` a part that a closing counted.
enum ModelEventScript {
    static func work(_ script: String) -> [WorkEvent] {
        lines(script).map { line in
            WorkEvent(
                id: event(line.name), kind: WorkEventKind(rawValue: line.kind)!, author: person(line.author),
                timestamp: Timestamp(milliseconds: Int64(line.time), counter: 0), after: line.after.map(event),
                assignees: line.assignees.map(person), parts: line.parts.map(part(named:)))
        }
    }

    static func part(named name: String) -> RecordID { RecordID(high: 4, low: number(name)) }

    /// `other` is an asset, written as `>name`; the outcome as `=word`.
    static func asset(_ script: String) -> [AssetEvent] {
        lines(script).map { line in
            let time = Int64(line.time)
            return AssetEvent(
                id: event(line.name), kind: AssetEventKind(rawValue: line.kind)!, author: person(line.author),
                timestamp: Timestamp(milliseconds: time, counter: 0),
                occurredAt: Instant(milliseconds: time * 1000, offsetMinutes: 480), after: line.after.map(event),
                outcome: line.outcome, other: line.other.map(asset(named:)))
        }
    }

    static func event(_ name: String) -> RecordID { RecordID(high: 1, low: number(name)) }
    static func person(_ name: String) -> RecordID { RecordID(high: 2, low: number(name)) }
    static func asset(named name: String) -> RecordID { RecordID(high: 3, low: number(name)) }

    /// All orders of up to six events; of more, every rotation forwards and backwards and every move of one event.
    static func arrivals<Event>(of events: [Event]) -> [[Event]] {
        if events.count <= 6 { return permutations(events) }
        let turned = events.indices.flatMap { place -> [[Event]] in
            let rotation = Array(events[place...] + events[..<place])
            return [rotation, rotation.reversed()]
        }
        let moved = events.indices.flatMap { from in
            events.indices.map { to in
                var other = events
                other.insert(other.remove(at: from), at: to)
                return other
            }
        }
        return turned + moved
    }

    private struct Line {
        var name = "", kind = "", author = "", time = 0
        var after: [String] = []
        var assignees: [String] = []
        var parts: [String] = []
        var outcome: String?
        var other: String?
    }

    private static func lines(_ script: String) -> [Line] {
        script.split(separator: "\n").enumerated().map { number, text in
            let words = text.split(separator: " ").map(String.init)
            var line = Line(name: words[0], kind: words[1], author: words[2], time: 100 + number)
            for word in words.dropFirst(3) {
                let rest = String(word.dropFirst())
                switch word.first {
                case "@": line.time = Int(rest)!
                case "=": line.outcome = rest
                case ">": line.other = rest
                case ":": line.assignees.append(rest)
                case "+": line.parts.append(rest)
                default: line.after.append(word)
                }
            }
            return line
        }
    }

    private static func number(_ name: String) -> UInt64 { name.utf8.reduce(0) { $0 * 256 + UInt64($1) } }

    private static func permutations<Event>(_ events: [Event]) -> [[Event]] {
        guard let first = events.first else { return [[]] }
        return permutations(Array(events.dropFirst())).flatMap { rest in
            (0...rest.count).map { place in
                var whole = rest
                whole.insert(first, at: place)
                return whole
            }
        }
    }
}
