import ArgumentParser
import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire
import Synchronization

/// Open loop: every push has its moment, whether those before it were answered or not, and its time is counted from
/// that moment. Each session is a device of its own with its own connection, and changes a record of its own.
struct Load: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Push one-change sets over many sessions.")

    @Argument(help: "A device that has pulled: its records are changed.") var folder: String
    @Argument(help: "A file of enrolment codes: one session each.") var codes: String
    @Option(help: "Sets a second, of all sessions together.") var rate: Double
    @Option var seconds: Double

    func run() throws {
        let device = try Device.open(folder)
        let url = device.upstream.url
        let all = try String(contentsOfFile: codes, encoding: .utf8).split(separator: "\n").map(String.init)
        let records = try device.orders(all.count).map(\.id)
        let authority = device.folder.appending(path: "authority.pem").path
        let sessions = try zip(all, records).map { code, record in
            try LoadSession(url: url, code: code, record: record, authority: authority)
        }
        let total = Int(rate * seconds)
        for (index, session) in sessions.enumerated() {
            try session.prepare(sets: (total - index + sessions.count - 1) / sessions.count)
        }
        let measure = Measure()
        let outcome = LoadRun(sessions: sessions, rate: rate).run()
        let times = outcome.seconds.sorted()
        guard !times.isEmpty else { throw NothingSent() }
        func percentile(_ share: Double) -> Double { times[min(times.count - 1, Int(Double(times.count) * share))] }
        try measure.report([
            "sets": Double(times.count), "failed": Double(outcome.failed), "p50_ms": percentile(0.5) * 1000,
            "p99_ms": percentile(0.99) * 1000,
        ])
    }
}

struct NothingSent: Error {}

/// One device with its sets made and signed beforehand. It belongs to one thread at a time.
final class LoadSession: @unchecked Sendable {
    private let upstream: Upstream
    private let key: SigningKey
    private let chain: [WireSignedCertificate]
    private let author: RecordID
    private let record: RecordID
    private let replica = ReplicaID(Entropy.word())
    private(set) var requests: [WirePushRequest] = []

    init(url: String, code: String, record: RecordID, authority: String) throws {
        key = SigningKey(seed: Entropy.bytes(SigningKey.seedBytes))
        let result = try Enrolment.enroll(url: url, code: code, name: "load", key: key, version: "1.0.0")
        guard let user = result.identity.user else { throw NothingSent() }
        (chain, author, self.record) = (result.chain, user, record)
        let client = ClientIdentity(
            kind: .device, key: key, chain: result.chain, root: result.root, authorityFile: authority, version: "1.0.0")
        upstream = Upstream(url: url, identity: client, wallMilliseconds: Device.environment.wallMilliseconds)
    }

    /// Makes the sets and opens the session.
    func prepare(sets: Int) throws {
        var before = ChainHash.start(of: replica)
        for seq in 1...UInt64(max(sets, 1)) {
            let field = FieldWrite(
                tag: OrderField.diagnosis, value: .text("第 \(seq) 次复检"),
                overwrites: seq > 1 ? [Dot(replica, seq - 1)] : [])
            let change = SyncCore.Change(
                type: EntityTag.workOrder, record: record, write: Write(dot: Dot(replica, seq), fields: [field]))
            let timestamp = Timestamp(milliseconds: Device.environment.wallMilliseconds(), counter: 0)
            let set = ChangeSet(timestamp: timestamp, author: author, changes: [change])
            let bytes = ChangeSetCodec.encode(set, replica: replica)
            let head = ChainHash.next(after: before, set: bytes)
            var run = WireRun()
            run.replica = replica.raw
            run.firstSeq = seq
            run.before = Data(before)
            run.sets = [Data(bytes)]
            run.signature = Data(key.sign(head, for: .run))
            run.chain = chain
            var request = WirePushRequest()
            request.runs = [run]
            requests.append(request)
            before = head
        }
        _ = try upstream.session()
    }

    /// Whether the node took the set.
    func push(_ index: Int) -> Bool {
        do {
            let answer: WirePushResponse = try upstream.call("/v1/push", requests[index].encoded)
            return answer.results.first?.outcome == .accepted
        } catch {
            return false
        }
    }
}

/// Each session on a thread of its own, for a request blocks its thread.
final class LoadRun: Sendable {
    private let sessions: [LoadSession]
    private let rate: Double
    private let outcome = Mutex<(seconds: [Double], failed: Int)>(([], 0))

    init(sessions: [LoadSession], rate: Double) {
        self.sessions = sessions
        self.rate = rate
    }

    func run() -> (seconds: [Double], failed: Int) {
        let start = Date(timeIntervalSinceNow: 0.5)
        let done = DispatchGroup()
        for index in sessions.indices {
            done.enter()
            Thread.detachNewThread { [self] in
                work(index, from: start)
                done.leave()
            }
        }
        done.wait()
        return outcome.withLock { $0 }
    }

    private func work(_ session: Int, from start: Date) {
        for request in sessions[session].requests.indices {
            let moment = start + Double(request * sessions.count + session) / rate
            Thread.sleep(until: moment)
            let isTaken = sessions[session].push(request)
            let seconds = Date().timeIntervalSince(moment)
            outcome.withLock { outcome in
                if isTaken { outcome.seconds.append(seconds) } else { outcome.failed += 1 }
            }
        }
    }
}
