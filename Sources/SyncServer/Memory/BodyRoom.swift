import Synchronization

/// Room for bodies of requests until they are decoded. They come as slowly as their lines are, so nobody can wait for
/// room: when it is used up, the longest body of whoever holds most of it is given up, and its connection with it. Of long
/// ones an asker sends one at a time; the others stay on their lines.
final class BodyRoom: Sendable {
    fileprivate struct Holder {
        let visit: Visit
        let isLong: Bool
        var bytes = 0
        /// It is being decoded, and gives its bytes back soon.
        var isInHand = false
        var isGivenUp = false
    }

    fileprivate struct State {
        var total = 0
        var holders: [ObjectIdentifier: Holder] = [:]
        var turns = Turnstile<CheckedContinuation<Void, Never>>()
    }

    let bytesMax: Int
    private let state = Mutex(State())
    private let counters: Counters

    init(bytesMax: Int, counters: Counters) {
        self.bytesMax = bytesMax
        self.counters = counters
    }

    /// Returns when the body may come; its bytes are given back at `end`, or when the visit ends.
    /// - Parameter length: as it says itself; nil when it does not.
    func begin(_ visit: Visit, length: Int?) async {
        let isLong = length.map { $0 > ServerLimits.shortBodyBytesMax } ?? true
        state.withLock { $0.holders[ObjectIdentifier(visit)] = Holder(visit: visit, isLong: isLong) }
        visit.atEnd { [self] in end(visit) }
        guard isLong else { return }
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state in
                state.turns.enter(continuation, of: visit.asker)
                return state.takeReady()
            }
            for each in ready { each.resume() }
        }
    }

    /// - Throws: `Overload` when the visit was given up.
    func grow(_ visit: Visit, by bytes: Int) throws(Overload) {
        let givenUp = state.withLock { state -> Visit? in
            state.holders[ObjectIdentifier(visit)]?.bytes += bytes
            state.total += bytes
            return state.total > bytesMax ? state.giveUp(downTo: bytesMax) : nil
        }
        if let givenUp {
            counters.count(.bodies)
            givenUp.giveUp()
        }
        if visit.isGivenUp { throw Overload() }
    }

    /// The body is being decoded.
    func take(_ visit: Visit) { state.withLock { $0.holders[ObjectIdentifier(visit)]?.isInHand = true } }

    /// There is no body any more.
    func end(_ visit: Visit) {
        let ready = state.withLock { state -> [CheckedContinuation<Void, Never>] in
            guard let holder = state.holders.removeValue(forKey: ObjectIdentifier(visit)) else { return [] }
            state.total -= holder.bytes
            if holder.isLong { state.turns.leave(visit.asker) }
            return state.takeReady()
        }
        for each in ready { each.resume() }
    }

    var bytes: Int { state.withLock { $0.total } }
    /// Long bodies that wait for another one of the same asker.
    var waitingCount: Int { state.withLock { $0.turns.count } }
}

extension BodyRoom.State {
    fileprivate mutating func takeReady() -> [CheckedContinuation<Void, Never>] {
        var ready: [CheckedContinuation<Void, Never>] = []
        while let next = turns.next() { ready.append(next.element) }
        return ready
    }

    /// Whom to give up, unless what was given up before is enough.
    fileprivate mutating func giveUp(downTo bytesMax: Int) -> Visit? {
        let kept = holders.filter { !$0.value.isGivenUp }
        guard kept.values.reduce(0, { $0 + $1.bytes }) > bytesMax else { return nil }
        let candidates = kept.filter { !$0.value.isInHand }
        var sums: [Asker: Int] = [:]
        for holder in candidates.values { sums[holder.visit.asker, default: 0] += holder.bytes }
        let greediest = sums.max { $0.value < $1.value }?.key
        let longest = candidates.filter { $0.value.visit.asker == greediest }.max { $0.value.bytes < $1.value.bytes }
        guard let longest else { return nil }
        holders[longest.key]?.isGivenUp = true
        return longest.value.visit
    }
}
