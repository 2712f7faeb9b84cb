/// Rooms for messages: long ones take turns, short ones come in past them, and those of waiting pulls hold up neither.
struct MessageRooms: Sendable {
    let long: MessageRoom
    let short: MessageRoom
    let waiting: MessageRoom

    init(_ limits: ServingLimits) {
        long = MessageRoom(bytesMax: limits.longMessageBytesAtOnceMax, hasTurns: true)
        short = MessageRoom(bytesMax: limits.shortMessageBytesAtOnceMax, hasTurns: false)
        waiting = MessageRoom(bytesMax: limits.waitingMessageBytesMax, hasTurns: false)
    }

    /// Lets a visit in with a message that takes so many bytes; what it held before is given back first.
    /// - Throws: `Overload` when the visit is given up meanwhile.
    func enter(_ visit: Visit, bytes: Int) async throws(Overload) {
        visit.hold(message: nil)
        let room = bytes > ServerLimits.shortMessageBytesMax ? long : short
        visit.hold(message: try await room.share(for: visit, bytes: bytes))
    }

    /// - Returns: whether there is room for the visit to wait with its message.
    func wait(_ visit: Visit) -> Bool {
        guard let share = waiting.shareAtOnce(bytes: visit.messageBytes) else { return false }
        visit.hold(message: share)
        return true
    }

    var heldBytes: Int { long.heldBytes + short.heldBytes + waiting.heldBytes }
    var waitingCount: Int { long.waitingCount + short.waitingCount }
}
