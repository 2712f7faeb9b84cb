import Synchronization

/// Who is connected: so many of an address, and so many new ones a second. A proxy on this machine, behind which the node
/// serves plain HTTP, speaks for everybody and counts by itself.
final class Connections: Sendable {
    /// One connection that was let in.
    final class Admission: Sendable {
        private let address: NetworkAddress?
        private let connections: Connections
        private let hasEnded = Mutex(false)

        fileprivate init(_ address: NetworkAddress?, _ connections: Connections) {
            self.address = address
            self.connections = connections
        }

        func end() {
            let isFirst = hasEnded.withLock { ended in
                defer { ended = true }
                return !ended
            }
            if isFirst { connections.leave(address) }
        }
    }

    fileprivate struct Source {
        var open = 0
        var bucket: Bucket
    }

    fileprivate struct State {
        var total = 0
        var sources: [NetworkAddress: Source] = [:]
        var sweptAt = 0.0
    }

    private let limits: ServingLimits
    private let state = Mutex(State())

    init(_ limits: ServingLimits) { self.limits = limits }

    var count: Int { state.withLock { $0.total } }

    /// - Parameter address: nil: not counted by address.
    /// - Returns: nil for one too many.
    func enter(_ address: NetworkAddress?, now: Double) -> Admission? {
        state.withLock { state in
            guard let address else {
                state.total += 1
                return Admission(nil, self)
            }
            state.sweep(now: now)
            var source = state.sources[address] ?? Source(bucket: Bucket(limits.newConnectionsPerAddress, now: now))
            defer { state.sources[address] = source }
            guard source.open < limits.connectionsPerAddressMax, source.bucket.takeOne(now: now) else { return nil }
            source.open += 1
            state.total += 1
            return Admission(address, self)
        }
    }

    private func leave(_ address: NetworkAddress?) {
        state.withLock { state in
            state.total -= 1
            if let address { state.sources[address]?.open -= 1 }
        }
    }
}

extension Connections.State {
    /// Forgets who is not connected and has not been lately; at most once a second.
    fileprivate mutating func sweep(now: Double) {
        guard sources.count >= ServerLimits.askersSweptMin, now - sweptAt >= 1 else { return }
        sweptAt = now
        sources = sources.filter { $0.value.open > 0 || !$0.value.bucket.isFull(now: now) }
    }
}
