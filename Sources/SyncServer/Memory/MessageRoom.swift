import Synchronization

/// Room for messages while they are decoded and done: for all that a request makes of a few compressed bytes. A message
/// waits outside, unpacked by nobody, until there is room for it.
final class MessageRoom: Sendable {
    fileprivate struct Waiter: Sendable {
        let visit: ObjectIdentifier
        let bytes: Int
        /// False: given up while it waited.
        let resume: CheckedContinuation<Bool, Never>
    }

    fileprivate struct State {
        var free: Int
        var queue = Turnstile<Waiter>()
    }

    /// As many as one message may need.
    let bytesMax: Int
    /// Whether askers take turns, with one message each at a time; otherwise first come, first served.
    private let hasTurns: Bool
    private let state: Mutex<State>

    init(bytesMax: Int, hasTurns: Bool) {
        self.bytesMax = bytesMax
        self.hasTurns = hasTurns
        state = Mutex(State(free: bytesMax))
    }

    /// Returns when there is room for so many bytes.
    /// - Throws: `Overload` when the visit is given up meanwhile.
    func share(for visit: Visit, bytes: Int) async throws(Overload) -> MessageShare {
        let bytes = min(bytes, bytesMax)
        let turn = hasTurns ? visit.asker : nil
        visit.whenGivenUp { [self] in withdraw(visit, of: turn) }
        defer { visit.whenGivenUp(nil) }
        let isIn = await withCheckedContinuation { continuation in
            let waiter = Waiter(visit: ObjectIdentifier(visit), bytes: bytes, resume: continuation)
            resume(
                state.withLock { state in
                    state.queue.enter(waiter, of: turn)
                    return state.takeReady()
                })
            if visit.isGivenUp { withdraw(visit, of: turn) }
        }
        guard isIn else { throw Overload() }
        return MessageShare(bytes: bytes, room: self, turn: turn)
    }

    /// Nil when there is no room now.
    func shareAtOnce(bytes: Int) -> MessageShare? {
        let isIn = state.withLock { state in
            guard state.queue.count == 0, bytes <= state.free else { return false }
            state.free -= bytes
            return true
        }
        return isIn ? MessageShare(bytes: bytes, room: self, turn: nil) : nil
    }

    fileprivate func give(back bytes: Int, of turn: Asker?) {
        NodeMemory.giveBack(after: bytes)
        resume(
            state.withLock { state in
                state.free += bytes
                state.queue.leave(turn)
                return state.takeReady()
            })
    }

    /// A visit that still waits does so no longer.
    private func withdraw(_ visit: Visit, of turn: Asker?) {
        let (withdrawn, ready) = state.withLock { state in
            let withdrawn = state.queue.withdraw(of: turn) { $0.visit == ObjectIdentifier(visit) }
            return (withdrawn, state.takeReady())
        }
        withdrawn?.resume.resume(returning: false)
        resume(ready)
    }

    private func resume(_ ready: [Waiter]) { for waiter in ready { waiter.resume.resume(returning: true) } }

    var heldBytes: Int { state.withLock { bytesMax - $0.free } }
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

/// Given back when nobody holds it any more.
final class MessageShare: Sendable {
    let bytes: Int
    private let room: MessageRoom
    private let turn: Asker?

    fileprivate init(bytes: Int, room: MessageRoom, turn: Asker?) {
        self.bytes = bytes
        self.room = room
        self.turn = turn
    }

    deinit { room.give(back: bytes, of: turn) }
}
