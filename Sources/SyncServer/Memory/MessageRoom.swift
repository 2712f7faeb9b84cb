import Synchronization

/// Room for messages while they are decoded and done: what a request makes of a few compressed bytes. A long message
/// waits outside, unpacked by nobody, until there is room for it; askers take turns, with one long message each.
final class MessageRoom: Sendable {
    fileprivate struct Waiter: Sendable {
        let bytes: Int
        let resume: CheckedContinuation<Void, Never>
    }

    fileprivate struct State {
        var free: Int
        var queue = Turnstile<Waiter>()
    }

    /// As many as one request may need.
    let bytesMax: Int
    private let state: Mutex<State>

    init(bytesMax: Int) {
        self.bytesMax = bytesMax
        state = Mutex(State(free: bytesMax))
    }

    /// Returns when there is room for a message of so many bytes, until the visit ends.
    func enter(_ visit: Visit, bytes: Int) async {
        let bytes = min(bytes, bytesMax)
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state in
                state.queue.enter(Waiter(bytes: bytes, resume: continuation), of: visit.asker)
                return state.takeReady()
            }
            for waiter in ready { waiter.resume.resume() }
        }
        visit.atEnd { [self] in leave(visit.asker, bytes: bytes) }
    }

    private func leave(_ asker: Asker, bytes: Int) {
        let ready = state.withLock { state in
            state.free += bytes
            state.queue.leave(asker)
            return state.takeReady()
        }
        for waiter in ready { waiter.resume.resume() }
    }

    var freeBytes: Int { state.withLock { $0.free } }
    var waitingCount: Int { state.withLock { $0.queue.count } }
}

extension MessageRoom.State {
    /// The first in the line goes first, or a long message would wait for ever behind short ones.
    fileprivate mutating func takeReady() -> [MessageRoom.Waiter] {
        var ready: [MessageRoom.Waiter] = []
        while let first = queue.first, first.bytes <= free {
            _ = queue.next()
            free -= first.bytes
            ready.append(first)
        }
        return ready
    }
}
