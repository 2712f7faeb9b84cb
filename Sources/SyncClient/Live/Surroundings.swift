import Foundation
import WakeShim

/// Rings when something happens around a line that nobody tells this process: networks come and go, the machine slept or
/// its clock was set, another process wrote to the database. One thread waits for all of it, until the process ends.
package enum Surroundings {
    /// Networks come in a flurry of messages: an address, a route, another address.
    private static let settleMilliseconds = 200

    private struct Source {
        let descriptor: Int32
        let reason: Bell.Reasons
        /// Reads what there is; whether it matters.
        let read: @Sendable (Int32) -> Bool
    }

    /// - Parameter database: whose files to watch; nil: nobody else writes them.
    /// - Returns: what it will ring for; the system may not tell of everything.
    @discardableResult
    package static func watch(_ bell: Bell, database: String?) -> Bell.Reasons {
        let sources = open(database).filter { $0.descriptor >= 0 }
        guard !sources.isEmpty else { return [] }
        let thread = Thread { ring(bell, for: sources) }
        thread.name = "surroundings"
        thread.start()
        return sources.reduce(into: []) { $0.insert($1.reason) }
    }

    private static func open(_ database: String?) -> [Source] {
        let around = [
            Source(descriptor: ws_open_networks(), reason: .network) { ws_networks_changed($0) != 0 },
            Source(descriptor: ws_open_clock(), reason: .network) { ws_clock_jumped($0) != 0 },
        ]
        guard let database else { return around }
        let file = URL(filePath: database)
        let (folder, name) = (file.deletingLastPathComponent().path, file.lastPathComponent)
        return around + [
            Source(descriptor: ws_open_folder(folder), reason: .written) { ws_folder_written($0, name) != 0 }
        ]
    }

    private static func ring(_ bell: Bell, for sources: [Source]) {
        var ends = sources.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
        var settled: ContinuousClock.Instant?
        while true {
            let left = settled.map { max(0, ($0 - .now) / .milliseconds(1)) }
            let count = poll(&ends, nfds_t(ends.count), left.map { Int32($0.rounded(.up)) } ?? -1)
            if let due = settled, due <= .now {
                bell.ring(.network)
                settled = nil
            }
            guard count > 0 else { continue }
            for (end, source) in zip(ends, sources) where end.revents != 0 && source.read(end.fd) {
                guard source.reason == .network else {
                    bell.ring(source.reason)
                    continue
                }
                settled = settled ?? .now + .milliseconds(settleMilliseconds)
            }
        }
    }
}
