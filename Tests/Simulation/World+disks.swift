import SyncStore

/// What becomes of machines whose disk fails: they end, and are started again.
extension World {
    /// Something is to go wrong during this step, on the machine's own disk or on that of the node above it.
    func armDisks(of machine: Machine) {
        guard random.happens(weather.disk), let fault = random.pick(Disk.Fault.allCases) else { return }
        let above = machine.above.flatMap { machines[$0] }
        let victim = random.happens(500) ? machine : above ?? machine
        guard victim.isUp else { return }
        victim.disk.arm(fault, after: random.below(120))
    }

    /// Does something on a machine, which ends when its disk fails meanwhile.
    func onDisk(of machine: Machine, _ body: () throws -> Void) throws {
        do { try body() } catch let failure as StoreFailure where machine.disk.isArmed && failure.isOfDisk {
            note("the disk of \(machine.name) fails")
            machine.disk.hasFailed = true
        }
    }

    /// Starts machines again whose disk failed: some were killed, the power of the others failed.
    func startFailed() throws {
        for machine in all where machine.disk.isArmed {
            guard machine.disk.hasFailed || machine.disk.isStopped else {
                machine.disk.disarm()
                continue
            }
            machine.disk.stop()
            machine.forget()
            let hasPower = random.happens(300)
            machine.disk.start(powerSeed: hasPower ? nil : random.next())
            note("\(machine.name) starts again\(hasPower ? "" : " without what was not synced")")
            if !machine.standing.isRetired { try start(machine) }
        }
    }
}
