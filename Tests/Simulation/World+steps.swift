import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire

extension World {
    /// One step, and what the laws say of it.
    func take(_ step: Step) throws {
        random = SimRandom(step.word)
        weather = step.isCalm ? .calm : plan.weather
        guard let machine = machine(in: step.slot), !machine.standing.isRetired else { return }
        note("\(step.number) \(step.kind) \(machine.name)")
        touched = [machine.number]
        if let above = machine.above { touched.insert(above) }
        armDisks(of: machine)
        try onDisk(of: machine) { try perform(step.kind, on: machine) }
        weather = .calm
        try throwFailure()
        try startFailed()
        try deliverLate()
        clock.advance(Int64(1_000 + random.below(60_000)))
        for node in all where node.role.isNode { try settle(node) }
        try watchTouched()
    }

    private func perform(_ kind: StepKind, on machine: Machine) throws {
        switch kind {
        case .write: try write(on: machine)
        case .create: try create(on: machine)
        case .pair: try pair(on: machine)
        case .delete: try delete(on: machine)
        case .unpermitted: try unpermitted(on: machine)
        case .newer: try newer(on: machine)
        case .settle: try settleRejected(on: machine)
        case .exchange: exchange(machine)
        case .roam: roam(machine)
        case .goHome: machine.above = home(of: machine)
        case .wait: clock.advance(Int64(random.below(6 * 3_600_000)))
        case .waitLong: clock.advance(Int64(random.below(200)) * SimClock.day)
        case .clock: turnClock(of: machine)
        case .restart: try restart(machine)
        case .cut: cuts.insert(Cut(machine: machine.number, isUpwards: random.happens(500)))
        case .mend: cuts = cuts.filter { $0.machine != machine.number }
        case .copy: if machine.role == .device { try copy(machine) }
        case .backup: try backUp(machine)
        case .setBack: try setBack(machine)
        case .moveSite: try moveSite(on: machine)
        case .moveRecord: try moveRecord(on: machine)
        case .grant: try grant(on: machine)
        case .revokeGrant: try revokeGrant(on: machine)
        case .revokeDevice: try revokeDevice()
        case .retire: try retire(machine)
        case .damage: try damage(machine)
        }
    }

    /// Time alone changes who holds what.
    func settle(_ node: Machine) throws {
        guard let store = node.store, let due = try store.read({ try $0.nextHoldingDue() }),
            due <= store.environment.wallMilliseconds()
        else { return }
        while try store.write({ try $0.settleDueHoldings() }) {}
    }

    /// - Returns: why it failed; nil: it came to its end.
    @discardableResult
    func exchange(_ machine: Machine) -> ExchangeFailure? {
        // The exchange under way belongs to its machine alone.
        guard let exchange = machine.exchange, exchanging.insert(machine.number).inserted else { return nil }
        defer { exchanging.remove(machine.number) }
        do {
            let report = try exchange.run()
            note("exchanged: sent \(report.sent), received \(report.received), rejected \(report.rejected)")
            return nil
        } catch let failure as ExchangeFailure {
            note("no exchange: \(failure.code)")
            return failure
        } catch {
            do { try onDisk(of: machine) { throw error } } catch { fail(error) }
            return nil
        }
    }

    /// Something else happens while a request is on its way.
    func crossing() throws {
        guard !isCrossed else { return }
        isCrossed = true
        defer { isCrossed = false }
        guard let other = random.pick(all.filter { $0.isUp && !$0.standing.isRetired }) else { return }
        note("meanwhile \(other.name)")
        touched.insert(other.number)
        if other.exchange != nil, random.happens(400) {
            exchange(other)
        } else {
            try onDisk(of: other) { try write(on: other) }
        }
    }

    private func deliverLate() throws {
        guard !late.isEmpty, random.happens(500) else { return }
        let (request, to) = late.remove(at: random.below(late.count))
        guard let answering = machines[to]?.answering else { return }
        note("a request that was given up arrives at \(to)")
        touched.insert(to)
        _ = try answering.answer(request)
    }

    func home(of machine: Machine) -> Int? {
        guard let home = machine.charter.home, machines[home]?.standing.isRetired == true else {
            return machine.charter.home
        }
        return 0
    }

    private func roam(_ machine: Machine) {
        guard machine.role == .device,
            let other = random.pick(all.filter { $0.role.isNode && !$0.standing.isRetired })
        else { return }
        machine.above = other.number
    }

    private func turnClock(of machine: Machine) {
        let years = [-10, -1, 0, 0, 1, 10][random.below(6)]
        let minutes = random.below(120) - 60
        machine.offset.set(Int64(years) * 365 * SimClock.day + Int64(minutes) * 60_000)
    }

    func restart(_ machine: Machine) throws {
        // An exchange under way holds on to what ran.
        if exchanging.contains(machine.number) { return }
        try onDisk(of: machine) {
            try machine.stop()
            try start(machine)
        }
    }

    private func backUp(_ machine: Machine) throws {
        backupsMade += 1
        let place = "\(folder)/backup-\(backupsMade)"
        try machine.stop()
        try FileManager.default.copyItem(atPath: machine.folder, toPath: place)
        try start(machine)
        backups[machine.number] = place
    }

    private func setBack(_ machine: Machine) throws {
        guard let place = backups[machine.number] else { return }
        try machine.stop()
        try machine.replaceFiles(by: place)
        machine.standing.wasSetBack = true
        ledger.lose(writesOf: machine.number)
        if machine.role.isNode { ledger.loseWhatOnlyNodesHave() }
        try start(machine)
        machine.standing.awareness = try machine.awareness()
    }

    /// The branch's machine is gone for good; its devices go to HQ.
    private func retire(_ machine: Machine) throws {
        guard machine.role == .branch else { return }
        try machine.stop()
        machine.standing.isRetired = true
        ledger.lose(writesOf: machine.number)
        ledger.loseWhatOnlyNodesHave()
        for device in devices where device.above == machine.number { device.above = 0 }
    }
}
