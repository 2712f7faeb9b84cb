import FieldModel
import SyncCore
import Testing

@Suite("What a device may do follows from all orders about it, in whatever order they came")
struct ModelDeviceTests {
    private typealias State = DeviceStanding.State

    private func id(_ number: UInt64) -> RecordID { RecordID(high: 1, low: number) }

    private func order(
        _ number: UInt64, _ kind: DeviceOrderKind, after: UInt64..., since: Int64? = nil, keepsWork: Bool = true
    ) -> DeviceOrder {
        DeviceOrder(
            id: id(number), kind: kind, at: Int64(number) * 10, after: Set(after.map(id)), since: since, to: id(90),
            keepsWork: keepsWork, successor: id(91))
    }

    /// Of every order of arrival.
    private func states(_ orders: DeviceOrder...) -> Set<DeviceStanding> {
        Set([orders, orders.reversed(), Array(orders.dropFirst()) + orders.prefix(1)].map(DeviceStanding.init))
    }

    private func state(_ orders: DeviceOrder...) -> State { DeviceStanding(orders).state }

    @Test("The order of arrival does not matter")
    func commutes() {
        #expect(states(order(1, .suspend), order(2, .resume, after: 1), order(3, .wipe)).count == 1)
    }

    @Test("Nothing ordered is active; a resumption takes back the suspensions that it knew of, no other")
    func suspended() {
        #expect(state() == .active)
        #expect(state(order(1, .suspend)) == .suspended)
        #expect(state(order(1, .suspend), order(2, .resume, after: 1)) == .active)
        #expect(state(order(1, .suspend), order(2, .suspend), order(3, .resume, after: 1)) == .suspended)
        #expect(state(order(1, .resume), order(2, .suspend)) == .suspended)
        // Clocks do not count: the resumption is younger and did not know.
        #expect(state(order(1, .suspend), order(9, .resume)) == .suspended)
    }

    @Test("Revoked and compromised are for ever", arguments: [DeviceOrderKind.revoke, .compromise, .wipe])
    func forEver(_ kind: DeviceOrderKind) {
        let expected: [DeviceOrderKind: State] = [.revoke: .revoked, .compromise: .compromised, .wipe: .wiping]
        #expect(state(order(1, kind), order(2, .resume, after: 1)) == expected[kind])
    }

    @Test("A key is somebody else's since the earliest time that somebody said")
    func compromised() {
        let standing = DeviceStanding([order(5, .compromise, since: 30), order(6, .compromise)])
        #expect(standing.compromisedSince == 30)
        #expect(DeviceStanding([order(5, .compromise)]).compromisedSince == 50)
        #expect(DeviceStanding([order(5, .revoke)]).compromisedSince == nil)
    }

    @Test("Of several wipes the one that asks for most is obeyed, and what it reported ends it")
    func wipes() {
        let orders = [order(1, .wipe), order(2, .wipe, keepsWork: false), order(3, .wipe)]
        #expect(DeviceStanding(orders).wipe == orders[1])
        #expect(DeviceStanding(Array(orders.prefix(1))).wipe?.keepsWork == true)
        let wiped = DeviceStanding(orders + [order(4, .wiped, after: 2)])
        #expect((wiped.state, wiped.wipedAt) == (.wiped, 40))
    }

    @Test("The last handover counts, until it is taken back or done")
    func handover() {
        let (first, second) = (order(1, .handover), order(2, .handover, after: 1))
        #expect(DeviceStanding([second, first]).handover == second)
        #expect(DeviceStanding([order(7, .handover), first]).handover == order(7, .handover))
        #expect(state(first) == .leaving)
        #expect(state(first, order(3, .suspend)) == .suspended)
        #expect(state(first, order(3, .resume, after: 1)) == .active)
        let done = DeviceStanding([first, order(4, .handedOver, after: 1)])
        #expect(done.state == .handedOver && done.successor == id(91))
    }
}
