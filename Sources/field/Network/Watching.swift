import Dispatch
import FieldModel
import Foundation
import SyncClient
import SyncStore
import SyncWire
import Verbs

/// `sync --watch`: the replica stays in step with its node until somebody ends the process. A line for each exchange that
/// moved something, a sentence when the node cannot be reached, and one when it can again.
struct Watching {
    /// Devices are many, and a network that comes back is noticed at once.
    private static let backoffSecondsMax = 60

    private let exchanging: Exchanging
    private let url: String?

    init(_ exchanging: Exchanging, url: String?) {
        self.exchanging = exchanging
        self.url = url
    }

    /// Returns when the process is told to end.
    func run() throws {
        let bell = Bell()
        let signals = Self.endings(ringing: bell)
        defer { signals.forEach { $0.cancel() } }
        let replica = exchanging.replica
        let hears = Surroundings.watch(bell, database: replica.directory.database)
        // Attachments go to the device's own node alone.
        let carrier =
            url == nil ? BlobCarrier(replica.blobs, person: replica.identity.user) { replica.upstream(nil, $0) } : nil
        carrier?.start()
        defer { carrier?.stop() }
        let line = LiveLine(
            store: replica.store, connect: { [url] in replica.upstream(url, $0) }, bell: bell, hears: hears,
            backoff: Backoff(longestSeconds: Self.backoffSecondsMax), owner: WatchOwner(exchanging, carrier))
        try line.run()
    }

    /// The first signal ends the watch, a second one the process.
    private static func endings(ringing bell: Bell) -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                signal(number, SIG_DFL)
                bell.ring(.stopped)
            }
            signal(number, SIG_IGN)
            source.resume()
            return source
        }
    }
}

/// Tells the person what happens.
private final class WatchOwner: LiveOwner {
    private let exchanging: Exchanging
    private let carrier: BlobCarrier?
    /// The code of what the person was told about the line; nil: it is up.
    private var told: String?

    init(_ exchanging: Exchanging, _ carrier: BlobCarrier?) {
        self.exchanging = exchanging
        self.carrier = carrier
    }

    func alone(isWhole: Bool, _ step: () throws -> ExchangeReport) throws -> ExchangeReport {
        try exchanging.alone(step)
    }

    func succeeded(_ done: ExchangeReport) throws {
        if done.received > 0 { carrier?.noteNews() }
        if told != nil { exchanging.output.remark(Words("Back online.", "已恢复连接。")) }
        let report = try exchanging.report(done)
        let hasMoved = done.sent + done.received + done.rejected > 0
        if told != nil || hasMoved { exchanging.output.show(report) }
        told = nil
    }

    func failed(_ error: any Error, isLost: Bool) throws {
        switch error {
        case let failure as ExchangeFailure where failure.isRetryable:
            // A line that breaks is opened anew; only if that fails is there anything to tell.
            if isLost, told != failure.code { exchanging.output.remark(words(failure)) }
            if isLost { told = failure.code }
        // Another process exchanges, or writes.
        case let failure as VerbFailure where failure.retryable: break
        case StoreFailure.busy: break
        // The whole exchange that comes next is told the order.
        case let failure as ExchangeFailure where failure.tellsOfOrder && !isLost: break
        default: throw error
        }
    }

    func reconnect() { carrier?.reconnect() }

    private func words(_ failure: ExchangeFailure) -> Words {
        let message = VerbFailure(failure).message
        guard case .offline = failure else { return message }
        return Words(
            "Offline: \(message.en). What you write is kept here and sent by itself when the node can be reached.",
            "离线：\(message.zh)。您写入的内容保存在本机，能连上节点时自动发送。")
    }
}
