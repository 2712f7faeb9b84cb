import FieldModel
import Foundation
import SyncCore
import SyncStore
import Testing

@Suite("A soak")
struct SoakTests {
    /// Milliseconds of an exchange that has nothing to tell, the median of some.
    private func idle(_ world: SoakWorld) throws -> Double {
        let times = try world.devices.indices.prefix(21).map { number in
            try world.exchange(number, with: number % world.branches.count)
            let began = ContinuousClock.now
            try world.exchange(number, with: number % world.branches.count)
            return (ContinuousClock.now - began) / .milliseconds(1)
        }
        return times.sorted()[times.count / 2]
    }

    private func settle(_ world: SoakWorld) throws {
        for _ in 0..<2 {
            for number in world.devices.indices { try world.exchange(number, with: number % world.branches.count) }
            try world.carryUp()
        }
        for number in world.devices.indices { try world.exchange(number, with: number % world.branches.count) }
    }

    @Test("of a year and more leaves nothing behind that grows with time and not with what was written")
    func year() throws {
        let scale = SoakScale.asked ?? .small
        let world = try SoakWorld(scale)
        try world.day(0)
        try settle(world)
        let first = try idle(world)
        for day in 1..<scale.days { try world.day(day) }
        try settle(world)
        try report(world, idle: (first, try idle(world)))
        try checkNodes(world)
        for device in world.devices { try check(device) }
    }

    private func report(_ world: SoakWorld, idle: (first: Double, last: Double)) throws {
        guard SoakScale.asked != nil else { return }
        let scale = world.scale
        let all = scale.days * scale.devices
        let lines =
            [
                "\(scale.days) days of work, \(scale.stride) from one to the next, \(scale.devices) devices, \(scale.branches) branches; "
                    + "an idle exchange took \(idle.first) ms at first and \(idle.last) ms at last"
            ]
            + (try SoakFigures(world.hq).lines("headquarters", perDeviceDay: all))
            + (try SoakFigures(world.branches[0]).lines("a branch", perDeviceDay: all / scale.branches))
            + (try SoakFigures(world.devices[0]).lines("a device", perDeviceDay: scale.days))
        FileHandle.standardError.write(Data((lines.joined(separator: "\n") + "\n").utf8))
    }

    private func checkNodes(_ world: SoakWorld) throws {
        for node in [world.hq] + world.branches {
            let figures = try SoakFigures(node)
            #expect(figures.superseded == 0)
            // A node that wrote a record on several days is named once for each.
            #expect(figures.meanOfOrders <= 100)
            #expect(figures.tables["meta"]?.rows ?? 0 < 60)
            #expect(figures.tables["staged"]?.rows == 0 && figures.tables["quarantine"]?.rows == 0)
            let sets = try node.store.read { try $0.nodeFigures() }
            #expect(sets.refused == 0 && sets.undecided == 0 && sets.pendingUp == 0 && sets.conflicts == 0)
            #expect(try node.store.read { try $0.verify() }.faults == [])
        }
        // What is deleted on the first days is old enough then.
        guard Int64(world.scale.days) * world.scale.stride > 240 else { return }
        #expect(try world.hq.store.read { try $0.nodeFigures() }.forgotten > 0)
    }

    private func check(_ device: SoakParty) throws {
        let figures = try SoakFigures(device)
        #expect(figures.superseded == 0)
        #expect(figures.tables["meta"]?.rows ?? 0 < 20)
        let counts = try device.store.read { try $0.statusCounts() }
        #expect(counts.rejected == 0 && counts.conflicts == 0)
        #expect(try device.store.read { try $0.verify() }.faults == [])
    }
}
