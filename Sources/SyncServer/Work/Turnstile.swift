/// Whose turn it is: askers one after the other, however much each of them wants, and one thing of an asker at a time.
/// Things of nobody in particular share a turn, and do not wait for each other.
struct Turnstile<Element> {
    private struct Lane {
        var waiting: ArraySlice<Element> = []
        /// Whether one of its things was let through and is not done.
        var isInside = false
    }

    private var lanes: [Asker?: Lane] = [:]
    /// The lanes that wait and have nothing inside, in the order of their turns.
    private var turns: ArraySlice<Asker?> = []
    private(set) var count = 0

    mutating func enter(_ element: Element, of asker: Asker?) {
        var lane = lanes[asker] ?? Lane()
        if lane.waiting.isEmpty, !lane.isInside { turns.append(asker) }
        lane.waiting.append(element)
        lanes[asker] = lane
        count += 1
    }

    /// Who would be let through.
    var first: Element? { turns.first.flatMap { lanes[$0]?.waiting.first } }

    /// Lets the next one through; `leave` follows.
    mutating func next() -> (element: Element, asker: Asker?)? {
        guard let asker = turns.popFirst(), var lane = lanes[asker], let element = lane.waiting.popFirst() else {
            return nil
        }
        count -= 1
        lane.isInside = asker != nil
        if asker == nil, !lane.waiting.isEmpty { turns.append(asker) }
        lanes[asker] = asker == nil && lane.waiting.isEmpty ? nil : lane
        return (element, asker)
    }

    /// Takes one back that waits.
    mutating func withdraw(of asker: Asker?, where isMeant: (Element) -> Bool) -> Element? {
        guard var lane = lanes[asker], let index = lane.waiting.firstIndex(where: isMeant) else { return nil }
        let element = lane.waiting.remove(at: index)
        count -= 1
        if lane.waiting.isEmpty { turns.removeAll { $0 == asker } }
        lanes[asker] = lane.waiting.isEmpty && !lane.isInside ? nil : lane
        return element
    }

    /// What was let through of this asker is done.
    mutating func leave(_ asker: Asker?) {
        guard let asker, var lane = lanes[asker] else { return }
        lane.isInside = false
        if !lane.waiting.isEmpty { turns.append(asker) }
        lanes[asker] = lane.waiting.isEmpty ? nil : lane
    }
}
