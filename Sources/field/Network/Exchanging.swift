import FieldModel
import Foundation
import SyncClient
import SyncStore
import SyncWire
import Verbs

/// Exchanges of one replica with one node.
struct Exchanging {
    let replica: Replica
    let output: Output
    private let exchange: Exchange
    private let upstream: Upstream
    /// Whether the node is the one that the device belongs to: attachments go there alone.
    private let isHome: Bool

    init(replica: Replica, url: String?, output: Output) {
        self.replica = replica
        self.output = output
        upstream = replica.upstream(url)
        isHome = url == nil
        exchange = Exchange(store: replica.store, upstream: upstream)
    }

    /// One exchange and then, between whose parts records still go first, the attachments.
    func onceWithAttachments() throws -> Report {
        var report = try once()
        guard isHome else { return report }
        var left = try unsent()
        let carried = try Carrying(replica, upstream, output) {
            if try unsent() == left { return }
            // Where another process exchanges just now, the records are on their way.
            do { report = try once() } catch let failure as VerbFailure where failure.retryable {}
            left = try unsent()
        }
        report.add(carried)
        return report
    }

    private func unsent() throws -> Int { try replica.store.read { try $0.receiptCounts().local } }

    /// One exchange, and what it came to.
    func once() throws -> Report { try report(alone { try exchange.run() }) }

    /// Exchanges while no other process does.
    func alone(_ step: () throws -> ExchangeReport) throws -> ExchangeReport {
        let lock = try ExchangeLock(replica.directory)
        let done = try step()
        _ = consume lock
        return done
    }

    /// Notes that an exchange came to its end, and says what came of it.
    func report(_ done: ExchangeReport) throws -> Report {
        let counts = try replica.store.write { access in
            if done.complete { try access.noteSync(at: access.environment.wallMilliseconds()) }
            return try access.statusCounts()
        }
        return report(done, counts)
    }

    private func report(_ done: ExchangeReport, _ counts: StatusCounts) -> Report {
        let members: [(String, JSONValue)] = [
            ("sent", .integer(Int64(done.sent))), ("received", .integer(Int64(done.received))),
            ("rejected", .integer(Int64(done.rejected))), ("conflicts", .integer(Int64(counts.conflicts))),
            ("pending", .integer(Int64(done.pending))), ("complete", .bool(done.complete)),
            ("upstream", .string(done.upstream)),
            ("offset_ms", done.offsetMilliseconds.map(JSONValue.integer) ?? .null),
        ]
        return Report(.object(members), remarks: sentences(done, counts), exit: exit(done, counts))
    }

    private func exit(_ done: ExchangeReport, _ counts: StatusCounts) -> Int32 {
        if let refusal = done.refusedRuns.first {
            return (ErrorCode(rawValue: refusal.code) ?? .attention).entry.exit
        }
        let isSettled = done.pending == 0 && counts.conflicts == 0 && counts.rejected == 0
        return isSettled ? 0 : ErrorCode.attention.entry.exit
    }

    private func sentences(_ done: ExchangeReport, _ counts: StatusCounts) -> [Words] {
        let moved = Words(
            "\(done.sent) sent, \(done.received) received.", "已发送 \(done.sent) 条，已接收 \(done.received) 条。")
        let refused = done.refusedRuns.map { Words($0.message, "\($0.code)：\($0.message)") }
        let clock = done.offsetMilliseconds.flatMap { offset -> Words? in
            guard abs(offset) >= Self.clockMillisecondsToTell else { return nil }
            return Messages.clock(offsetMilliseconds: offset, records: counts.records)
        }
        return [moved] + refused + (clock.map { [$0] } ?? []) + counts.sentences
    }

    /// A clock that is wrong by less does no harm and is not spoken of.
    private static let clockMillisecondsToTell: Int64 = 5 * 60_000
}

extension Report {
    fileprivate mutating func add(_ carried: Carrying) {
        guard case .object(let members)? = json else { return }
        json = .object(members + [("attachments", carried.json)])
        remarks += carried.sentences
        if let failure = carried.failure {
            exit = failure.exit
        } else if exit == 0, carried.report.pending > 0 {
            exit = ErrorCode.attention.entry.exit
        }
    }
}
