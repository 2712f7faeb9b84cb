import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// Ends a node: the first SIGTERM or SIGINT lets it finish what it has begun, the second ends it at once.
struct Ending: Sendable {
    let gate: Gate
    let drainSeconds: Double
    let logger: Logger
    /// For what waits, or begins work by itself.
    let onDrain: @Sendable () -> Void

    /// From now on a signal does not end the process: `watch` hears of it.
    static func trap() async -> UnixSignalsSequence { await UnixSignalsSequence(trapping: .sigterm, .sigint) }

    /// Waits for signals until it is cancelled.
    func watch(_ signals: UnixSignalsSequence, _ group: ServiceGroup) async {
        var isEnding = false
        for await signal in signals {
            if isEnding { endAtOnce(signal) }
            isEnding = true
            Task { await drain { await group.triggerGracefulShutdown() } }
        }
    }

    /// Nothing new is begun; what is inside comes to its end, for at most `drainSeconds`; then the listener is closed.
    func drain(closing close: () async -> Void) async {
        gate.drain()
        logger.notice("draining", metadata: ["requests": "\(gate.inside)"])
        onDrain()
        try? await gate.waitUntilEmpty(ContinuousClock.now + .seconds(drainSeconds))
        await close()
    }

    /// As a kill would: what was acknowledged is durable.
    private func endAtOnce(_ signal: UnixSignal) {
        _exit(128 + (signal == .sigint ? SIGINT : SIGTERM))
    }
}
