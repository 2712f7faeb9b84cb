import Foundation
import GRDB
import SyncCore

/// What stands in a journal, each sealed by itself.
enum JournalRecord {
    /// What the database keeps of itself (`meta`), for one whose own page is damaged.
    case kept([String: [UInt8]])
    /// How far the numbers of records were given out, by prefix.
    case counters([String: Int64])
    case receipt(KeptReceipt)
    case set(UnsentSet)

    var bytes: [UInt8] {
        var out = ByteWriter()
        switch self {
        case .kept(let values):
            out.byte(0)
            out.unsigned(UInt64(values.count))
            for (key, value) in values.sorted(by: { $0.key < $1.key }) {
                out.counted(key.utf8)
                out.counted(value)
            }
        case .counters(let counters):
            out.byte(1)
            out.unsigned(UInt64(counters.count))
            for (prefix, last) in counters.sorted(by: { $0.key < $1.key }) {
                out.counted(prefix.utf8)
                out.signed(last)
            }
        case .receipt(let receipt):
            out.byte(2)
            receipt.encode(to: &out)
        case .set(let set):
            out.byte(3)
            set.encode(to: &out)
        }
        return out.bytes
    }

    init(_ bytes: [UInt8]) throws {
        var input = ByteReader(bytes)
        switch try input.byte() {
        case 0:
            var values: [String: [UInt8]] = [:]
            for _ in 0..<(try input.count()) { values[try input.text()] = try input.counted() }
            self = .kept(values)
        case 1:
            var counters: [String: Int64] = [:]
            for _ in 0..<(try input.count()) { counters[try input.text()] = try input.signed() }
            self = .counters(counters)
        case 2: self = .receipt(try KeptReceipt(from: &input))
        case 3: self = .set(try UnsentSet(from: &input))
        default: throw ByteReader.damage
        }
    }
}

/// A node's word on an own chain, as the database has it.
struct KeptReceipt: Hashable {
    let replica: ReplicaID
    let node: [UInt8]
    let isHQ: Bool
    let seq: UInt64
    let hash: [UInt8]
    let epoch: UInt64
    let bytes: [UInt8]
}

extension KeptReceipt {
    func encode(to out: inout ByteWriter) {
        out.unsigned(replica.raw)
        out.counted(node)
        out.byte(isHQ ? 1 : 0)
        out.unsigned(seq)
        out.counted(hash)
        out.unsigned(epoch)
        out.counted(bytes)
    }

    init(from input: inout ByteReader) throws {
        replica = ReplicaID(try input.unsigned())
        node = try input.counted()
        isHQ = try input.byte() != 0
        seq = try input.unsigned()
        hash = try input.counted()
        epoch = try input.unsigned()
        bytes = try input.counted()
    }
}

extension ByteReader {
    fileprivate mutating func text() throws -> String { String(decoding: try counted(), as: UTF8.self) }
}
