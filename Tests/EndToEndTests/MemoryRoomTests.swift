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

    @Test("A long message waits until there is room for it, whoever asks more has one at a time, and all come in")
    func messages() async throws {
        let room = MessageRoom(bytesMax: 100)
        let (greedy, other) = (Self.asker(1), Self.asker(2))
        let first = Self.visit(greedy)
        await room.enter(first, bytes: 60)
        let (second, third) = (Self.visit(greedy), Self.visit(other))
        async let again: Void = room.enter(second, bytes: 30)
        #expect(try await comesTrue(within: 120) { room.waitingCount == 1 })
        await room.enter(third, bytes: 40)
        #expect(room.freeBytes == 0 && room.waitingCount == 1)
        let fourth = Self.visit(Self.asker(3))
        async let late: Void = room.enter(fourth, bytes: 1)
        #expect(try await comesTrue(within: 120) { room.waitingCount == 2 || room.freeBytes < 0 })
        #expect(room.freeBytes == 0)
        first.end()
        _ = await (again, late)
        #expect(room.freeBytes == 29)
        for visit in [second, third, fourth] { visit.end() }
        #expect(room.freeBytes == 100)
        // Longer than the room: alone in it, and not for ever outside.
        let long = Self.visit(other)
        await room.enter(long, bytes: 1_000)
        #expect(room.freeBytes == 0)
        long.end()
    }

    @Test("Bodies fill their room to its limit; one byte more, and the longest of who holds most is given up")
    func bodies() throws {
        let room = BodyRoom(bytesMax: 100, counters: Counters())
        let (greedy, modest) = (Self.asker(1), Self.asker(2))
        let channels = (0..<3).map { _ in EmbeddedChannel() }
        for channel in channels { try channel.connect(to: SocketAddress(unixDomainSocketPath: "/x")).wait() }
        let long = Self.visit(greedy, channels[0])
        let short = Self.visit(greedy, channels[1])
        let other = Self.visit(modest, channels[2])
        for visit in [long, short, other] { room.begin(visit) }
        room.grow(long, by: 40)
        room.grow(short, by: 20)
        room.grow(other, by: 40)
        #expect(room.bytes == 100)
        #expect(channels.map(\.isActive) == [true, true, true])
        room.grow(other, by: 1)
        channels[0].embeddedEventLoop.run()
        #expect(channels.map(\.isActive) == [false, true, true])
        for visit in [long, short, other] { visit.end() }
        #expect(room.bytes == 0)
    }

    @Test("The fuller the room for answers, the shorter are pages, down to a least one")
    func answers() {
        let room = AnswerRoom(bytesMax: 4_000_000)
        var shares = [room.share(wanted: 500_000)]
        #expect(shares[0].bytes == 500_000)
        shares.append(room.share(wanted: 4_000_000))
        #expect(shares[1].bytes == 875_000)
        for _ in 0..<40 { shares.append(room.share(wanted: 4_000_000)) }
        #expect(shares.last?.bytes == ServerLimits.pageBytesMin)
        #expect(room.heldBytes == shares.reduce(0) { $0 + $1.bytes })
        shares = []
        #expect(room.heldBytes == 0)
        #expect(room.share(wanted: 4_000_000).bytes == 1_000_000)
    }
}
