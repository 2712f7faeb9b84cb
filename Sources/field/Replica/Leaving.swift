import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire
import Verbs

/// A device obeys an order about itself: it sends what it has, erases it, and is nobody's any more, or
/// another person's.
struct Leaving {
    let replica: Replica
    let order: SignedDeviceOrder
    private let upstream: Upstream

    /// - Parameter url: of the node that gave the order; nil: the device's own.
    init(_ replica: Replica, _ order: SignedDeviceOrder, url: String?) {
        self.replica = replica
        self.order = order
        upstream = replica.upstream(url)
    }

    /// - Throws: `wiped` when all is gone.
    func obey() throws -> Report {
        let lock = try ExchangeLock(replica.directory)
        do {
            let report =
                switch order.task {
                case .wipe(let keepsWork): try wipe(keepsWork: keepsWork)
                case .handover: try handOver()
                }
            _ = consume lock
            return report
        } catch {
            try replica.use.share()
            throw error
        }
    }

    /// - Returns: how many are left.
    private func sendSets() throws -> Int {
        try Exchange(store: replica.store, upstream: upstream).sendAll().pending
    }

    /// - Returns: how many are left.
    private func sendAttachments() throws -> Int {
        var carried = BlobReport()
        try BlobLane(replica.blobs, upstream: upstream, person: replica.identity.user).sendAll(into: &carried)
        return carried.pending
    }

    private func wipe(keepsWork: Bool) throws -> Report {
        // From now on nothing is shown, also where the line breaks before everything was sent.
        try replica.store.write { try $0.noteOrder(order.order) }
        if keepsWork { try sendWhatGoes() }
        let unsent = try replica.store.read { try $0.pendingSets() }
        let report = WipeReport.sign(
            order: order.order, at: replica.store.environment.wallMilliseconds(), unsent: UInt64(unsent),
            by: replica.key, chain: replica.identity.chain)
        try replica.store.close()
        var mark = WipedMark(replica.directory, url: upstream.url, report: report)
        try mark.erase()
        try mark.tell()
        throw mark.failure()
    }

    /// A line that breaks is waited for. What the node will not take, and what is damaged here, would never go.
    private func sendWhatGoes() throws {
        // What another command writes just now is waited for, but none that stays, as a watch does.
        try? replica.use.becomeAlone()
        for send in [sendSets, sendAttachments] {
            do { _ = try send() } catch let failure as ExchangeFailure where failure.isRetryable {
                throw failure
            } catch {}
        }
    }

    private func handOver() throws -> Report {
        try demandAllSent()
        // What another command wrote from now on would be lost.
        try replica.use.becomeAlone()
        try demandAllSent()
        let successor = try successor()
        let result = try handedOver(to: successor.key)
        try successor.prepare(result, upstream: replica.identity.upstream)
        try replica.store.close()
        try Successor.finish(in: replica.directory)
        return report(result)
    }

    private func successor() throws -> Successor {
        do { return try Successor(of: replica.directory) } catch let failure as VerbFailure
            where failure.code == ErrorCode.usage.rawValue
        {
            throw VerbFailure.handoverUnlocked
        }
    }

    private func handedOver(to key: SigningKey) throws -> EnrolmentResult {
        do { return try upstream.handOver(order.order, to: key) } catch ExchangeFailure.unauthorised(
            code: ErrorCode.unauthenticated.rawValue, _)
        {
            throw VerbFailure.handoverElsewhere(replica.identity.upstream)
        }
    }

    private func demandAllSent() throws {
        let (sets, attachments) = (try sendSets(), try sendAttachments())
        guard sets == 0, attachments == 0 else { throw VerbFailure.handoverWaits(sets, attachments) }
    }

    private func report(_ result: EnrolmentResult) -> Report {
        let done = Words(
            "All work was sent and erased here. This device is \(result.login)'s now. Now: field sync",
            "原有工作已全部发送并从本机擦除。本机现归 \(result.login) 使用。下一步：field sync")
        return Report(
            .object([
                ("handed_over", .bool(true)), ("user", .string(result.login)),
                ("device", .string(result.identity.subject.description)), ("code", .string(result.deviceCode)),
            ]), remarks: [done])
    }
}

extension VerbFailure {
    fileprivate static func handoverWaits(_ sets: Int, _ attachments: Int) -> VerbFailure {
        VerbFailure(
            .attention,
            Words(
                "The handover waits: \(sets) change sets and \(attachments) attachments could not be sent. Nothing "
                    + "was erased.",
                "移交暂缓：还有 \(sets) 个变更集和 \(attachments) 个附件未能发送，本机内容未擦除。"),
            hint: Words(
                "Sync again; or export a bundle for the office and import its answer, then sync.",
                "请再次同步；或导出数据包交办公室，导入其答复后再同步。"))
    }

    fileprivate static let handoverUnlocked = VerbFailure(
        .attention,
        Words(
            "All work was sent. To hand this device over, the next person has to choose a passphrase.",
            "原有工作已全部发送。移交本机须由新使用者设置口令。"),
        hint: Words(
            "Run field sync at a terminal, or give it in FIELD_PASSPHRASE_FILE.",
            "请在终端执行 field sync，或用 FIELD_PASSPHRASE_FILE 指定口令文件。"))

    fileprivate static func handoverElsewhere(_ url: String) -> VerbFailure {
        VerbFailure(
            .attention,
            Words(
                "All work was sent. Only the node that enrolled this device can hand it over: \(url)",
                "原有工作已全部发送。移交须由登记本机的节点完成：\(url)"),
            hint: Words("When it can be reached: field sync", "能连上该节点时请执行：field sync"))
    }
}
