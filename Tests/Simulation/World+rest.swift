import SyncClient
import SyncCore
import SyncStore

/// The faults end: everybody has what is his within some rounds.
extension World {
    static let roundsMax = 10

    func comeToRest() throws {
        weather = .calm
        cuts = []
        note("the faults end")
        for (request, to) in late { _ = try machines[to]?.answering?.answer(request) }
        late = []
        for machine in all where !machine.standing.isRetired {
            machine.offset.set(0)
            machine.above = home(of: machine)
            if !machine.isUp { try start(machine) }
        }
        for round in 1... {
            let unheard = try exchangeAll()
            for node in all where node.role.isNode && !node.standing.isRetired {
                try settle(node)
                try confirm(at: node)
            }
            let restless = try unheard ?? restless()
            if try round > 1 && restless == nil && isSameEverywhere() {
                return note("at rest after \(round) rounds")
            }
            if round < Self.roundsMax { continue }
            if let restless {
                throw Violation(law: "Liveness", words: "after \(Self.roundsMax) rounds \(restless)")
            }
            // What differs now is for the laws to say.
            return note("nothing moves after \(Self.roundsMax) rounds")
        }
    }

    /// - Returns: who did not come to the end of an exchange; nil: everybody did.
    private func exchangeAll() throws -> String? {
        var unheard: String?
        for machine in devices + branches where !machine.standing.isRetired {
            clock.advance(1_000)
            if let failure = exchange(machine) {
                give(up: machine, failure)
                if !machine.standing.isRevoked { unheard = "\(machine.name) has no exchange: \(failure.code)" }
            }
            try throwFailure()
            touched = [machine.number]
            try watchTouched()
        }
        return unheard
    }

    /// The office takes in what devices still know and the node lost.
    private func confirm(at node: Machine) throws {
        guard let store = node.store else { return }
        for held in try store.read({ try $0.held() }) where held.kind == .witness {
            guard let records = try store.write({ try $0.acceptHeld(held.name, author: node.charter.author) }) else {
                continue
            }
            note("\(node.name) takes in \(records.count) records that a device still knows")
        }
    }

    /// A device whose certificate only its lost branch could renew has to be enrolled anew.
    private func give(up machine: Machine, _ failure: ExchangeFailure) {
        guard machine.charter.home != machine.above,
            failure.code == "unauthenticated" || failure.code == "certificate_expired"
        else { return }
        machine.standing.isRevoked = true
        ledger.lose(writesOf: machine.number)
    }

    /// The machines that must agree at the end.
    var settled: [Machine] { all.filter { !$0.standing.isRetired && !$0.standing.isRevoked } }

    /// What is still under way; nil: nothing.
    private func restless() throws -> String? {
        for machine in settled where machine !== headquarters {
            guard let store = machine.store else { continue }
            let pending = try store.read { try $0.pendingSets() }
            if pending > 0 { return "\(machine.name) has \(pending) sets to send" }
            if machine.role == .device, case let counts = try store.read({ try $0.receiptCounts() }), counts.branch > 0
            {
                return "\(machine.name) waits for \(counts.branch) receipts of HQ"
            }
        }
        return nil
    }

    private func isSameEverywhere() throws -> Bool {
        try settled.allSatisfy { machine in
            if machine === headquarters { return true }
            return try Convergence.differing(machine, self) == nil && Confinement.surplus(machine, self) == nil
        }
    }

    /// Whether two copies of a device may have written to a record under one name (§9): then there may be a conflict more. A
    /// sealed one knows before it writes.
    func isLenient(about record: RecordID) -> Bool {
        !plan.isSealed
            && ledger.machines(thatWroteTo: record).contains { number in
                let standing = machines[number]?.standing
                return number >= 0 && machines[number]?.role == .device
                    && (standing?.isCopied == true || standing?.wasSetBack == true)
            }
    }
}
