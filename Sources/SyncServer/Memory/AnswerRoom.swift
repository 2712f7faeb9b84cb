import Synchronization

/// Room for long answers from the moment that they are made until the last of them is on its way: a slow reader holds
/// his for long. The less room there is, the shorter are the pages that are made, so nobody waits for another.
final class AnswerRoom: Sendable {
    let bytesMax: Int
    private let held = Mutex(0)

    init(bytesMax: Int) { self.bytesMax = bytesMax }

    /// A share of what is free for making a page of at most `wanted` bytes.
    func share(wanted: Int) -> AnswerShare {
        held.withLock { held in
            let fair = (bytesMax - held) / ServerLimits.answerShares / ServerLimits.pageCopies
            let bytes = min(wanted, max(fair, ServerLimits.pageBytesMin))
            held += bytes * ServerLimits.pageCopies
            return AnswerShare(bytes: bytes, held: bytes * ServerLimits.pageCopies, room: self)
        }
    }

    /// For an answer that is there.
    func take(_ bytes: Int) -> AnswerShare {
        held.withLock { $0 += bytes }
        return AnswerShare(bytes: bytes, held: bytes, room: self)
    }

    var heldBytes: Int { held.withLock { $0 } }

    fileprivate func give(back bytes: Int) { held.withLock { $0 -= bytes } }
}

/// Given back when nobody holds it any more: an answer that is broken off is not written to its end.
final class AnswerShare: Sendable {
    /// How long the answer may be.
    let bytes: Int
    private let held: Int
    private let room: AnswerRoom

    fileprivate init(bytes: Int, held: Int, room: AnswerRoom) {
        self.bytes = bytes
        self.held = held
        self.room = room
    }

    deinit { room.give(back: held) }
}
