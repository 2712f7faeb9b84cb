import SyncCore
@testable import SyncStore
import Testing

@Suite("How long a device shows what it holds without contact")
struct ContactLeaseTests {
    private static let day: Int64 = 86_400_000
    private let world: StoreWorld
    private let store: Store

    init() throws {
        world = try StoreWorld()
        store = try world.store(.device, seed: 2)
    }

    private func time(boot: String = "a", up: Int64 = 0) -> MachineTime {
        MachineTime(boot: boot, upMilliseconds: up)
    }

    private func lease(_ machine: MachineTime) throws -> ContactLease {
        try #require(try store.read { try $0.contactLease(machine) })
    }

    private func touch(at milliseconds: Int64, days: Int64? = nil, isNow: Bool = true) throws {
        try store.write { try $0.noteContact(at: milliseconds, days: days, isNow: isNow, time()) }
    }

    @Test("It ends to the millisecond so many days after the last contact, and warns two weeks before")
    func bounds() {
        func lease(_ now: Int64) -> ContactLease { ContactLease(contactAt: 0, now: now, days: 90) }
        #expect(!lease(90 * Self.day - 1).isOver && lease(90 * Self.day).isOver)
        #expect(!lease(76 * Self.day - 1).isNearEnd && lease(76 * Self.day).isNearEnd)
        #expect(lease(76 * Self.day).daysLeft == 14 && lease(90 * Self.day - 1).daysLeft == 0)
        #expect(!lease(90 * Self.day).isNearEnd)
    }

    @Test("What a node says that is no time is no contact")
    func noTime() throws {
        let now = world.clock.milliseconds
        try touch(at: now)
        for milliseconds: Int64 in [0, -1, .max, .min] { try touch(at: milliseconds) }
        #expect(try lease(time()).contactAt == now && !lease(time()).isOver)
    }

    @Test("The days are those that the node said last; what makes no sense changes nothing")
    func days() throws {
        let now = world.clock.milliseconds
        try touch(at: now)
        #expect(try lease(time()).days == 90)
        try touch(at: now, days: 30)
        try touch(at: now, days: 0)
        try touch(at: now, days: 4_000)
        try touch(at: now)
        #expect(try lease(time()).days == 30)
    }

    @Test("A clock that is set back wins nothing, and the time that the machine was up counts all the same")
    func clockSetBack() throws {
        let start = world.clock.milliseconds
        try touch(at: start, days: 10)
        world.clock.advance(9 * Self.day)
        try store.write { try $0.noteTime(time(up: 9 * Self.day)) }
        world.clock.advance(-30 * Self.day)
        #expect(try lease(time(boot: "b")).now >= start + 9 * Self.day)
        #expect(try !lease(time(boot: "b")).isOver)
        #expect(try lease(time(up: 11 * Self.day)).isOver)
        try store.write { try $0.noteTime(time(up: 11 * Self.day)) }
        #expect(try lease(time(boot: "b")).isOver)
    }

    @Test("A clock that was ahead for a while, or is set right after its error was measured, locks nothing")
    func clockSetRight() throws {
        let start = world.clock.milliseconds
        try touch(at: start, days: 10)
        world.clock.advance(60 * Self.day)
        #expect(try lease(time(up: 1)).isOver)
        try store.write { try $0.noteTime(time(up: 3_600_000)) }
        world.clock.advance(-60 * Self.day)
        for boot in ["a", "b"] { #expect(try !lease(time(boot: boot, up: 3_600_000)).isOver, "\(boot)") }
        for offset in [-700 * Self.day, 700 * Self.day] {
            try store.write { try $0.setClockOffset(offset) }
            for boot in ["a", "b"] { #expect(try !lease(time(boot: boot)).isOver, "\(boot) \(offset)") }
        }
    }

    @Test("Contact counts from the node's time, whatever the clock said before; an older bundle counts nothing")
    func contact() throws {
        let now = world.clock.milliseconds
        world.clock.advance(400 * Self.day)
        try touch(at: now)
        try store.write { try $0.noteTime(time()) }
        #expect(try lease(time()).isOver)
        let later = world.clock.milliseconds
        try touch(at: later)
        #expect(try !lease(time()).isOver)
        try touch(at: later - Self.day, isNow: false)
        #expect(try lease(time()).contactAt == later)
        try touch(at: later + Self.day, isNow: false)
        #expect(try lease(time()).contactAt == later + Self.day)
    }

    @Test("Time is noted every ten minutes, and after a start of the machine")
    func noting() throws {
        #expect(try store.read { try $0.isTimeToNote(time()) })
        try store.write { try $0.noteTime(time()) }
        #expect(try !store.read { try $0.isTimeToNote(time(up: 599_000)) })
        #expect(try store.read { try $0.isTimeToNote(time(up: 600_001)) })
        #expect(try store.read { try $0.isTimeToNote(time(boot: "b")) })
    }
}
