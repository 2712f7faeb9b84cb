@testable import SyncClient
import SyncWire
import Testing

@Suite("How much goes into one request")
struct PaceTests {
    @Test(
        "a line of 23 kbit/s is asked for what it carries in seconds, a fast one for more and more",
        arguments: [2_875, 10_000_000])
    func line(bytesPerSecond: Int) {
        var pace = Pace()
        for _ in 0..<6 { pace.carried(pace.bytes, seconds: Double(pace.bytes) / Double(bytesPerSecond)) }
        #expect(pace.bytes == (bytesPerSecond == 2_875 ? Pace.leastBytes : 4_000_000))
    }

    @Test("on the fastest line a device asks for a megabyte, a branch for four")
    func fastest() throws {
        let world = try ExchangeWorld()
        for (replica, most) in [
            (try world.device(below: world.hq), Limits.smallDevicePageBytesMax),
            (try world.branch("perth").replica, Limits.pageBytesMax),
        ] {
            for _ in 0..<6 { replica.upstream.paceDown.carried(replica.upstream.paceDown.bytes, seconds: 0.01) }
            let pull = Pull(store: replica.store, upstream: replica.upstream, session: try replica.upstream.session())
            #expect(Int(try pull.request(from: PullStart()).pageBytesMax) == most)
        }
    }

    @Test("a small message says nothing of a line, unless it took long; an interruption halves what is asked for")
    func small() {
        var pace = Pace()
        pace.carried(10, seconds: 1)
        #expect(pace.bytes == Pace.firstBytes)
        pace.carried(10, seconds: 10)
        #expect(pace.bytes == Pace.firstBytes / 8)
        pace.interrupted()
        #expect(pace.bytes == Pace.leastBytes)
        pace = Pace()
        pace.interrupted()
        #expect(pace.bytes == Pace.firstBytes / 2)
    }
}
