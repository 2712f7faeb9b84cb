import Foundation
import SyncClient
import SyncCore
import SyncStore
import Synchronization
import Testing

@Suite("Uplink: a branch's line to HQ")
struct ExchangeUplinkTests {
    let world: ExchangeWorld
    let branch: (node: ExchangeNode, replica: ExchangeWorld.Replica)
    /// Whether the line is up.
    let isUp = LineSwitch()

    init() throws {
        world = try ExchangeWorld()
        branch = try world.branch("Perth")
    }

    private func uplink() -> Uplink {
        let (identity, store, hq, isUp) = (branch.replica.identity, branch.node.store, world.hq, isUp)
        return Uplink(store: store) { breaker in
            let line = ExchangeLine(hq)
            line.fate = { _, _ in isUp.value ? .arrives : .unreachable }
            return Upstream(
                url: "https://node", identity: identity, transport: line, breaker: breaker,
                wallMilliseconds: store.environment.wallMilliseconds)
        }
    }

    @Test("What is committed on one side is on the other within two seconds")
    func withinTwoSeconds() throws {
        let uplink = uplink()
        uplink.start()
        defer { uplink.stop() }
        let above = try world.newAccount("Rio", on: world.hq.store)
        #expect(try eventually(within: 2) { try !world.values("name", of: above, on: branch.node.store).isEmpty })
        let below = try world.newAccount("BHP", on: branch.node.store)
        #expect(try eventually(within: 2) { try !world.values("name", of: below, on: world.hq.store).isEmpty })
        #expect(eventually(within: 2) { uplink.status.lastReport?.pending == 0 })
        #expect(uplink.status.lastError == nil)
        #expect(uplink.stop())
    }

    @Test("A line that was down is used again when it is up, and the status tells both")
    func lineDown() throws {
        isUp.set(false)
        let uplink = uplink()
        uplink.start()
        defer { uplink.stop() }
        #expect(eventually(within: 5) { uplink.status.lastErrorCode == "offline" })
        #expect(uplink.status.lastSuccessAt == nil)
        isUp.set(true)
        #expect(eventually(within: 10) { uplink.status.lastSuccessAt != nil })
        #expect(uplink.status.lastErrorCode == nil)
    }

    @Test("Whoever asks for what is upstream gets it, whatever the line waits for")
    func catchingUp() throws {
        let uplink = uplink()
        isUp.set(false)
        uplink.start()
        defer { uplink.stop() }
        #expect(eventually(within: 5) { uplink.status.failures >= 4 })
        let above = try world.newAccount("Rio", on: world.hq.store)
        isUp.set(true)
        // The next attempt of its own would come in a second or two.
        uplink.catchUp(milliseconds: 500)
        #expect(try !world.values("name", of: above, on: branch.node.store).isEmpty)
    }

    @Test("Another network is tried at once")
    func network() throws {
        let uplink = uplink()
        isUp.set(false)
        uplink.start()
        defer { uplink.stop() }
        #expect(eventually(within: 5) { uplink.status.failures >= 4 })
        isUp.set(true)
        uplink.bell.ring(.network)
        #expect(eventually(within: 0.5) { uplink.status.lastSuccessAt != nil })
    }

    @Test("After it was stopped nothing changes any more")
    func stopped() throws {
        let uplink = uplink()
        uplink.start()
        #expect(uplink.stop())
        let before = uplink.status
        let account = try world.newAccount("Rio", on: world.hq.store)
        #expect(try !eventually(within: 1.5) { try !world.values("name", of: account, on: branch.node.store).isEmpty })
        #expect(uplink.status == before)
    }
}

final class LineSwitch: Sendable {
    private let state = Mutex(true)

    var value: Bool { state.withLock { $0 } }
    func set(_ value: Bool) { state.withLock { $0 = value } }
}
