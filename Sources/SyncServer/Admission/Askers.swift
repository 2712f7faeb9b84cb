import Synchronization

/// Those who have asked lately. Who asks no more than he may is forgotten, so that the silent cost nothing.
final class Askers: Sendable {
    fileprivate struct State {
        var askers: [AskerName: Asker] = [:]
        var sweptAt = 0.0
    }

    private let limits: ServingLimits
    private let state = Mutex(State())

    init(_ limits: ServingLimits) { self.limits = limits }

    func asker(_ name: AskerName, now: Double) -> Asker {
        state.withLock { state in
            if let known = state.askers[name] { return known }
            state.makeRoom(countMax: limits.askersMax, now: now)
            // Devices and branches are as many as were enrolled; addresses are as many as somebody invents.
            let isFull = state.askers.count >= limits.askersMax
            let kept: AskerName = if isFull, case .address = name { .otherAddresses } else { name }
            if let known = state.askers[kept] { return known }
            let asker = Asker(kept, limits.allowance(of: kept), now: now)
            state.askers[kept] = asker
            return asker
        }
    }

    var count: Int { state.withLock { $0.askers.count } }
}

extension Askers.State {
    /// At most once a second: it looks at all of them.
    fileprivate mutating func makeRoom(countMax: Int, now: Double) {
        guard askers.count >= min(countMax, ServerLimits.askersSweptMin), now - sweptAt >= 1 else { return }
        sweptAt = now
        askers = askers.filter { !$0.value.isForgettable(now: now) }
    }
}

extension ServingLimits {
    fileprivate func allowance(of name: AskerName) -> Allowance {
        switch name {
        case .device: device
        case .branch: branch
        case .address, .otherAddresses: address
        }
    }
}
