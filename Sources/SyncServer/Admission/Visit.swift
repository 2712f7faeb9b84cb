import NIOCore
import Synchronization

/// One request that was let in: who asks, and what he holds of the node's memory until he is answered. The rooms below
/// find it in the task, so that a handler need not carry it about.
final class Visit: Sendable {
    private struct Patience {
        var isGivenUp = false
        var whenGivenUp: (@Sendable () -> Void)?
    }

    @TaskLocal static var current: Visit?

    let asker: Asker
    /// Nil: without a good token.
    let session: Session?
    let channel: any Channel
    private let atEnd = Mutex<[@Sendable () -> Void]>([])
    private let message = Mutex<MessageShare?>(nil)
    private let answer = Mutex<AnswerShare?>(nil)
    private let patience = Mutex(Patience())

    init(_ asker: Asker, session: Session?, channel: any Channel) {
        self.asker = asker
        self.session = session
        self.channel = channel
    }

    /// What is given back when the request is answered.
    func atEnd(_ action: @escaping @Sendable () -> Void) { atEnd.withLock { $0.append(action) } }

    /// The share of a room for messages that is held while the message is decoded and done.
    func hold(message share: MessageShare?) { message.replace(with: share) }

    /// The share of the room for answers that is held while an answer is made.
    func hold(_ share: AnswerShare?) { answer.replace(with: share) }

    /// Of the room for messages.
    var messageBytes: Int { message.withLock { $0?.bytes ?? 0 } }

    /// There is no room for the request any more: nobody will be answered.
    func giveUp() {
        let action = patience.withLock { patience in
            patience.isGivenUp = true
            return patience.whenGivenUp
        }
        channel.triggerUserOutboundEvent(IsGivenUp(), promise: nil)
        channel.close(promise: nil)
        action?()
    }

    var isGivenUp: Bool { patience.withLock { $0.isGivenUp } }

    /// What ends a wait then.
    func whenGivenUp(_ action: (@Sendable () -> Void)?) { patience.withLock { $0.whenGivenUp = action } }

    func end() {
        hold(message: nil)
        hold(nil)
        for action in atEnd.withLock({ $0 }) { action() }
        asker.leave()
    }
}

extension Mutex where Value: Sendable {
    /// What was there before goes when the lock is open again: a share that is given back may let others in.
    fileprivate func replace(with value: Value) {
        _ = withLock { held in
            defer { held = value }
            return held
        }
    }
}
