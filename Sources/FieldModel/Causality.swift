package import SyncCore

/// A record that says what happened to its subject and names the newest events of that subject that its author had seen.
package protocol CausalEvent: Sendable {
    var id: RecordID { get }
    var timestamp: Timestamp { get }
    var after: [RecordID] { get }
}

/// What happened before what among the events of one subject, read from `after` alone, never from clocks: the office
/// may cancel at 13:40 what a device finished at 14:05 without either having known. An event that is named but not held
/// here connects nothing; events that name each other in a circle, which no honest author can write, are concurrent.
struct Causality<Event: CausalEvent> {
    /// Each event once, an earlier one before a later one; of concurrent ones the lesser (timestamp, id) first.
    /// The timestamp only makes every replica list them alike.
    let events: [Event]
    /// For each event the places of those that it reaches through `after`.
    private let reached: [Places]

    init(_ unsorted: [Event]) {
        let distinct = Dictionary(unsorted.map { ($0.id, $0) }) { first, _ in first }
        let byTime = distinct.values.sorted { ($0.timestamp, $0.id) < ($1.timestamp, $1.id) }
        events = Self.causalOrder(byTime)
        let places = Dictionary(uniqueKeysWithValues: events.enumerated().map { ($1.id, $0) })
        let links = events.map { event in event.after.compactMap { places[$0] } }
        reached = Self.reach(links)
    }

    func isBefore(_ a: Int, _ b: Int) -> Bool { reached[b].contains(a) && !reached[a].contains(b) }

    func isConcurrent(_ a: Int, _ b: Int) -> Bool { a != b && !isBefore(a, b) && !isBefore(b, a) }

    /// The places of events of which a condition holds, in causal order.
    func places(where holds: (Event) -> Bool) -> [Int] { events.indices.filter { holds(events[$0]) } }

    /// Those of the places that none of the others is after: the newest, more than one when written concurrently.
    func newest(_ places: [Int]) -> [Int] {
        places.filter { place in !places.contains { isBefore(place, $0) } }
    }

    /// Takes again and again the first event of which every predecessor is taken; where a circle leaves none, the first.
    private static func causalOrder(_ byTime: [Event]) -> [Event] {
        let held = Set(byTime.map(\.id))
        var taken: Set<RecordID> = []
        var waiting = byTime
        var order: [Event] = []
        while !waiting.isEmpty {
            let place =
                waiting.firstIndex { event in
                    event.after.allSatisfy { $0 == event.id || taken.contains($0) || !held.contains($0) }
                } ?? 0
            let event = waiting.remove(at: place)
            taken.insert(event.id)
            order.append(event)
        }
        return order
    }

    /// One pass does it, because every event comes after those that it names; only circles need more.
    private static func reach(_ links: [[Int]]) -> [Places] {
        var reached = links.map { _ in Places(count: links.count) }
        let hasCircle = links.indices.contains { place in links[place].contains { $0 >= place } }
        var isGrowing = true
        while isGrowing {
            isGrowing = false
            for place in links.indices {
                let before = reached[place]
                for link in links[place] {
                    reached[place].insert(link)
                    reached[place].formUnion(reached[link])
                }
                isGrowing = isGrowing || (hasCircle && reached[place] != before)
            }
        }
        return reached
    }
}

/// A set of places as one bit each: the sets of a long history of events stay small.
private struct Places: Equatable {
    private var words: [UInt64]

    init(count: Int) { words = Array(repeating: 0, count: (count + 63) / 64) }

    func contains(_ place: Int) -> Bool { words[place / 64] >> UInt64(place % 64) & 1 == 1 }

    mutating func insert(_ place: Int) { words[place / 64] |= 1 << UInt64(place % 64) }

    mutating func formUnion(_ other: Places) {
        for index in words.indices { words[index] |= other.words[index] }
    }
}
