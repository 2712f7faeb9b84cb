import FieldModel
import Foundation
import GRDB
package import SyncCore
import SyncWire

/// Who brought a run to this node.
package enum Carrier: Hashable, Sendable {
    /// Nobody: a store that is filled by hand.
    case none
    /// Over a session of a device or a branch, by its id.
    case session(RecordID)
    /// In a bundle of one.
    case bundle(RecordID)

    fileprivate var way: WireAuditAuthority.Way {
        switch self {
        case .none: .here
        case .session: .pushed
        case .bundle: .bundle
        }
    }

    fileprivate var id: RecordID? {
        switch self {
        case .none: nil
        case .session(let id), .bundle(let id): id
        }
    }
}

/// A kept authority, for the audit.
struct Authority {
    let local: Int64
    let hash: [UInt8]
}

/// By whose right sets come, for the time of one run or less. What differs from set to set is what the author's
/// record showed.
final class Provenance {
    private let way: WireAuditAuthority.Way
    private let carrier: RecordID?
    private let judge: RecordID?
    private let chain: () throws -> [WireSignedCertificate]
    private var kept: [Writer?: Authority] = [:]

    init(
        _ way: WireAuditAuthority.Way, carrier: RecordID? = nil, judge: RecordID? = nil,
        chain: @escaping () throws -> [WireSignedCertificate] = { [] }
    ) {
        (self.way, self.carrier, self.judge, self.chain) = (way, carrier, judge, chain)
    }

    convenience init(_ run: IncomingRun) {
        self.init(
            run.carrier.way, carrier: run.carrier.id, judge: run.judge, chain: { try KeptChain.chain(run.certificates) }
        )
    }

    /// Of what a node's receipt says.
    convenience init(_ receipt: NodeReceipt) {
        self.init(.receipt, chain: { try WireSignedReceipt(bounded: receipt.bytes).chain })
    }

    /// - Parameter writer: who the author is here, if this node judged; nil: it did not, or does not know him.
    func authority(of writer: Writer?, _ access: WriteAccess) throws -> Authority {
        if let known = kept[writer] { return known }
        var content = WireAuditAuthority()
        content.chain = try chain()
        content.way = way
        content.carrier = carrier.map { Data($0.bytes) } ?? Data()
        content.judge = judge.map { Data($0.bytes) } ?? Data()
        content.roles = writer?.roleWords ?? []
        let made = try access.keep(content)
        kept[writer] = made
        return made
    }
}

extension Writer {
    fileprivate var roleWords: [String] {
        switch self {
        case .node: ["node"]
        case .person(_, let roles): Role.allCases.filter(roles.contains).map(\.rawValue)
        }
    }
}

extension WriteAccess {
    private static let findAuthority = FixedSQL("SELECT local FROM authority WHERE hash = ?")
    private static let insertAuthority = FixedSQL("INSERT INTO authority (hash, content) VALUES (?, ?)")

    fileprivate func keep(_ content: WireAuditAuthority) throws -> Authority {
        let bytes = content.encoded
        let hash = Hash.sha256(bytes)
        let find = try prepare(Self.findAuthority)
        find.bind(1, hash)
        if let local = try find.first({ $0.integer(0) }) { return Authority(local: local, hash: hash) }
        let insert = try prepare(Self.insertAuthority)
        insert.bind(1, hash)
        insert.bind(2, bytes)
        try insert.run()
        return Authority(local: db.lastInsertedRowID, hash: hash)
    }

    /// Whatever enters the log while `body` runs came this way.
    func from<T>(_ provenance: Provenance, _ body: () throws -> T) rethrows -> T {
        let before = self.provenance
        self.provenance = provenance
        defer { self.provenance = before }
        return try body()
    }
}
