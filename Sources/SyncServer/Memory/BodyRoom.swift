import NIOCore
import Synchronization

/// Room for bodies of requests while they come in. They come as slowly as their lines are, so nobody can wait for room:
/// when it is used up, the longest body of whoever holds most of it is given up, and its connection with it.
final class BodyRoom: Sendable {
    fileprivate struct Holder {
        let asker: Asker
        let channel: any Channel
        var bytes = 0
    }

    fileprivate struct State {
        var total = 0
        var holders: [ObjectIdentifier: Holder] = [:]
    }

    let bytesMax: Int
    private let state = Mutex(State())
    private let counters: Counters

    init(bytesMax: Int, counters: Counters) {
        self.bytesMax = bytesMax
        self.counters = counters
    }

    /// A body begins; its bytes are given back when the visit ends.
    func begin(_ visit: Visit) {
        let id = ObjectIdentifier(visit)
        state.withLock { $0.holders[id] = Holder(asker: visit.asker, channel: visit.channel) }
        visit.atEnd { [self] in
            state.withLock { state in state.total -= state.holders.removeValue(forKey: id)?.bytes ?? 0 }
        }
    }

    func grow(_ visit: Visit, by bytes: Int) {
        let givenUp = state.withLock { state -> (any Channel)? in
            state.holders[ObjectIdentifier(visit)]?.bytes += bytes
            state.total += bytes
            return state.total > bytesMax ? state.longestOfTheGreediest : nil
        }
        guard let givenUp else { return }
        counters.count(.bodies)
        givenUp.close(promise: nil)
    }

    var bytes: Int { state.withLock { $0.total } }
}

extension BodyRoom.State {
    fileprivate var longestOfTheGreediest: (any Channel)? {
        var sums: [Asker: Int] = [:]
        for holder in holders.values { sums[holder.asker, default: 0] += holder.bytes }
        guard let greediest = sums.max(by: { $0.value < $1.value })?.key else { return nil }
        return holders.values.filter { $0.asker == greediest }.max { $0.bytes < $1.bytes }?.channel
    }
}
