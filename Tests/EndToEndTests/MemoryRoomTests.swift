import NIOCore
import NIOEmbedded
import SyncCore
@testable import SyncServer
import Testing

@Suite("What requests hold of a node's memory")
struct MemoryRoomTests {
    private static func visit(_ asker: Asker, _ channel: any Channel = EmbeddedChannel()) -> Visit {
        Visit(asker, session: nil, channel: channel)
    }

    private static func asker(_ number: UInt64) -> Asker {
        Asker(.device(RecordID(high: 0, low: number)), ServingLimits().device, now: 0)
    }

    private static func enter(_ visit: Visit, _ room: MessageRoom, bytes: Int) async throws {
        visit.hold(message: try await room.share(for: visit, bytes: bytes))
    }

    private static func connected() throws -> EmbeddedChannel {
        let channel = EmbeddedChannel()
        try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait()
        return channel
    }

    private static func isOpen(_ channel: EmbeddedChannel) -> Bool {
        channel.embeddedEventLoop.run()
        return channel.isActive
    }

    @Test("A long message waits until there is room for it, whoever asks more has one at a time, and all come in")
    func messages() async throws {
        let room = MessageRoom(bytesMax: 100, hasTurns: true)
        let (greedy, other) = (Self.asker(1), Self.asker(2))
        let (first, second) = (Self.visit(greedy), Self.visit(greedy))
        let (third, fourth) = (Self.visit(other), Self.visit(Self.asker(3)))
        try await Self.enter(first, room, bytes: 60)
        async let again: Void = Self.enter(second, room, bytes: 30)
        #expect(try await comesTrue(within: 120) { room.waitingCount == 1 })
        try await Self.enter(third, room, bytes: 40)
        #expect(room.heldBytes == 100 && room.waitingCount == 1)
        async let late: Void = Self.enter(fourth, room, bytes: 1)
        #expect(try await comesTrue(within: 120) { room.waitingCount == 2 || room.heldBytes > 100 })
        #expect(room.heldBytes == 100)
        first.end()
        _ = try await (again, late)
        #expect(room.heldBytes == 71)
        for visit in [second, third, fourth] { visit.end() }
        #expect(room.heldBytes == 0)
        // Longer than the room: alone in it, and not for ever outside.
        let long = Self.visit(other)
        try await Self.enter(long, room, bytes: 1_000)
        #expect(room.heldBytes == 100)
        long.end()
        #expect(room.heldBytes == 0)
    }

    @Test("Short messages do not wait for others of their asker, only for room; and a wait asks for room that is there")
    func shortMessages() async throws {
        let room = MessageRoom(bytesMax: 100, hasTurns: false)
        let visits = (0..<3).map { _ in Self.visit(Self.asker(1)) }
        try await Self.enter(visits[0], room, bytes: 50)
        try await Self.enter(visits[1], room, bytes: 49)
        #expect(room.shareAtOnce(bytes: 2) == nil)
        let last = room.shareAtOnce(bytes: 1)
        #expect(last != nil && room.heldBytes == 100)
        async let past: Void = Self.enter(visits[2], room, bytes: 1)
        #expect(try await comesTrue(within: 120) { room.waitingCount == 1 || room.heldBytes > 100 })
        #expect(room.heldBytes == 100)
        // Nobody overtakes who waits.
        #expect(room.shareAtOnce(bytes: 0) == nil)
        visits[0].end()
        try await past
        #expect(room.heldBytes == 51)
        withExtendedLifetime(last) {}
    }

    @Test("Who is given up while he waits, or before, waits no longer, and whoever stands behind him comes in")
    func givenUp() async throws {
        let room = MessageRoom(bytesMax: 100, hasTurns: true)
        let inside = try await room.share(for: Self.visit(Self.asker(1)), bytes: 60)
        let waiting = Self.visit(Self.asker(2))
        let long = Task { try await room.share(for: waiting, bytes: 50) }
        #expect(try await comesTrue(within: 120) { room.waitingCount == 1 })
        async let behind = room.share(for: Self.visit(Self.asker(3)), bytes: 40)
        #expect(try await comesTrue(within: 120) { room.waitingCount == 2 })
        waiting.giveUp()
        let fitting = try await behind
        #expect(room.heldBytes == 100 && room.waitingCount == 0)
        await #expect(throws: Overload.self) { try await long.value }
        await #expect(throws: Overload.self) { try await room.share(for: waiting, bytes: 50) }
        withExtendedLifetime((inside, fitting)) {}
    }

    @Test(
        "A message stands with the short ones up to their limit, gives back what it held, and waits where it blocks nobody"
    )
    func messageRooms() async throws {
        var limits = ServingLimits()
        limits.waitingMessageBytesMax = ServerLimits.shortMessageBytesMax
        let rooms = MessageRooms(limits)
        let visit = Self.visit(Self.asker(1))
        try await rooms.enter(visit, bytes: ServerLimits.shortMessageBytesMax)
        #expect(rooms.short.heldBytes == ServerLimits.shortMessageBytesMax && rooms.long.heldBytes == 0)
        try await rooms.enter(visit, bytes: ServerLimits.shortMessageBytesMax + 1)
        #expect(rooms.short.heldBytes == 0 && rooms.long.heldBytes == ServerLimits.shortMessageBytesMax + 1)
        #expect(!rooms.wait(visit))
        #expect(rooms.heldBytes == ServerLimits.shortMessageBytesMax + 1)
        try await rooms.enter(visit, bytes: ServerLimits.shortMessageBytesMax)
        #expect(rooms.wait(visit))
        #expect(rooms.waiting.heldBytes == ServerLimits.shortMessageBytesMax)
        #expect(rooms.heldBytes == ServerLimits.shortMessageBytesMax)
        visit.end()
        #expect(rooms.heldBytes == 0)
    }

    @Test("A message costs its bytes, its pieces, and one of its change sets at a time")
    func cost() {
        #expect(MessageCost(bytes: 1_000, pieces: 0, setBytes: 0).memory == 3_000)
        #expect(MessageCost(bytes: 1_000, pieces: 10, setBytes: 0).memory == 4_000)
        #expect(MessageCost(bytes: 1_000, pieces: 0, setBytes: 900).memory == 21_000)
        #expect(MessageCost(bytes: 1_000, pieces: 0, setBytes: 2_000).memory == 23_000)
    }

    @Test("Bodies fill their room to its limit; one byte more, and the longest of who holds most is given up, once")
    func bodies() async throws {
        let room = BodyRoom(bytesMax: 100, counters: Counters())
        let (greedy, modest) = (Self.asker(1), Self.asker(2))
        let channels = try (0..<3).map { _ in try Self.connected() }
        let long = Self.visit(greedy, channels[0])
        let short = Self.visit(greedy, channels[1])
        let other = Self.visit(modest, channels[2])
        for visit in [long, short, other] { await room.begin(visit, length: 50) }
        try room.grow(long, by: 40)
        try room.grow(short, by: 20)
        try room.grow(other, by: 40)
        #expect(room.bytes == 100)
        #expect(channels.map(Self.isOpen) == [true, true, true])
        try room.grow(other, by: 1)
        #expect(channels.map(Self.isOpen) == [false, true, true])
        #expect(throws: Overload.self) { try room.grow(long, by: 0) }
        // Its bytes are on their way back: up to them there is room.
        try room.grow(other, by: 39)
        #expect(channels.map(Self.isOpen) == [false, true, true])
        try room.grow(short, by: 1)
        #expect(channels.map(Self.isOpen) == [false, true, false])
        for visit in [long, short, other] { visit.end() }
        #expect(room.bytes == 0)
    }

    @Test("A body that is being decoded is not given up for another, and one that waits to be is")
    func bodiesInHand() async throws {
        let room = BodyRoom(bytesMax: 100, counters: Counters())
        let channels = try (0..<3).map { _ in try Self.connected() }
        let visits = channels.enumerated().map { Self.visit(Self.asker(UInt64($0)), $1) }
        for visit in visits { await room.begin(visit, length: 50) }
        try room.grow(visits[0], by: 60)
        room.take(visits[0])
        try room.grow(visits[1], by: 30)
        try room.grow(visits[2], by: 11)
        #expect(channels.map(Self.isOpen) == [true, false, true])
        room.end(visits[0])
        #expect(room.bytes == 41)
        room.end(visits[0])
        for visit in visits { visit.end() }
        #expect(room.bytes == 0)
    }

    @Test("Of long bodies, and of those that say no length, an asker sends one at a time, beside short ones")
    func longBodies() async throws {
        let room = BodyRoom(bytesMax: 100, counters: Counters())
        let (asker, other) = (Self.asker(1), Self.asker(2))
        let first = Self.visit(asker)
        await room.begin(first, length: ServerLimits.shortBodyBytesMax + 1)
        await room.begin(Self.visit(asker), length: ServerLimits.shortBodyBytesMax)
        await room.begin(Self.visit(other), length: nil)
        let (second, third) = (Self.visit(asker), Self.visit(asker))
        async let long: Void = room.begin(second, length: ServerLimits.shortBodyBytesMax + 1)
        #expect(try await comesTrue(within: 120) { room.waitingCount == 1 })
        async let unknown: Void = room.begin(third, length: nil)
        #expect(try await comesTrue(within: 120) { room.waitingCount == 2 })
        room.end(first)
        await long
        #expect(room.waitingCount == 1)
        second.end()
        await unknown
        third.end()
        first.end()
        #expect(room.waitingCount == 0)
    }

    @Test("The fuller the room for answers, the shorter are pages, down to a least one")
    func answers() {
        let room = AnswerRoom(bytesMax: 4_000_000)
        var shares = [room.share(wanted: 200_000)]
        #expect(shares[0].bytes == 200_000 && room.heldBytes == 600_000)
        shares.append(room.share(wanted: 4_000_000))
        #expect(shares[1].bytes == 283_333)
        for _ in 0..<40 { shares.append(room.share(wanted: 4_000_000)) }
        #expect(shares.last?.bytes == ServerLimits.pageBytesMin)
        #expect(room.heldBytes == ServerLimits.pageCopies * shares.reduce(0) { $0 + $1.bytes })
        shares = []
        #expect(room.heldBytes == 0)
        #expect(room.share(wanted: 4_000_000).bytes == 333_333)
    }
}
