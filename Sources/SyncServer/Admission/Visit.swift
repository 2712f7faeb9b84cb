import NIOCore
import Synchronization

/// One request that was let in: who asks, and what he holds of the node's memory until he is answered. The rooms below
/// find it in the task, so that a handler need not carry it about.
final class Visit: Sendable {
    @TaskLocal static var current: Visit?

    let asker: Asker
    /// Nil: without a good token.
    let session: Session?
    let channel: any Channel
    private let atEnd = Mutex<[@Sendable () -> Void]>([])
    private let share = Mutex<AnswerShare?>(nil)

    init(_ asker: Asker, session: Session?, channel: any Channel) {
        self.asker = asker
        self.session = session
        self.channel = channel
    }

    /// What is given back when the request is answered.
    func atEnd(_ action: @escaping @Sendable () -> Void) { atEnd.withLock { $0.append(action) } }

    /// The share of the room for answers that is held while an answer is made.
    func hold(_ share: AnswerShare?) { self.share.withLock { $0 = share } }

    func end() {
        hold(nil)
        for action in atEnd.withLock({ $0 }) { action() }
        asker.leave()
    }
}
