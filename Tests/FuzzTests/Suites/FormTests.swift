import Foundation
import SwiftProtobuf
import SyncWire
import Testing

/// R-5, for every field of every message that is no change set, record state or certificate: those have codecs of their
/// own, and vectors.
@Suite("Forms: no message has a field that two readers could take differently")
struct FormTests {
    static let roots: [String: @Sendable ([UInt8]) throws(WireError) -> Void] = [
        "EnrollRequest": { bytes throws(WireError) in _ = try WireEnrollRequest(bounded: bytes) },
        "EnrollResponse": { bytes throws(WireError) in _ = try WireEnrollResponse(bounded: bytes) },
        "SessionRequest": { bytes throws(WireError) in _ = try WireSessionRequest(bounded: bytes) },
        "SessionResponse": { bytes throws(WireError) in _ = try WireSessionResponse(bounded: bytes) },
        "SignedRootRotation": { bytes throws(WireError) in _ = try WireSignedRootRotation(bounded: bytes) },
        "DeviceOrder": { bytes throws(WireError) in _ = try WireDeviceOrder(bounded: bytes) },
        "SignedDeviceOrder": { bytes throws(WireError) in _ = try WireSignedDeviceOrder(bounded: bytes) },
        "WipeReport": { bytes throws(WireError) in _ = try WireWipeReport(bounded: bytes) },
        "WipeReceipt": { bytes throws(WireError) in _ = try WireWipeReceipt(bounded: bytes) },
        "HandoverRequest": { bytes throws(WireError) in _ = try WireHandoverRequest(bounded: bytes) },
        "PushRequest": { bytes throws(WireError) in _ = try WirePushRequest(bounded: bytes) },
        "PushResponse": { bytes throws(WireError) in _ = try WirePushResponse(bounded: bytes) },
        "PullRequest": { bytes throws(WireError) in _ = try WirePullRequest(bounded: bytes) },
        "PullResponse": { bytes throws(WireError) in _ = try WirePullResponse(bounded: bytes) },
        "ReconcileRequest": { bytes throws(WireError) in _ = try WireReconcileRequest(bounded: bytes) },
        "ReconcileResponse": { bytes throws(WireError) in _ = try WireReconcileResponse(bounded: bytes) },
        "BundlePart": { bytes throws(WireError) in _ = try WireBundlePart(bounded: bytes) },
        "AuditRequest": { bytes throws(WireError) in _ = try WireAuditRequest(bounded: bytes) },
        "AuditResponse": { bytes throws(WireError) in _ = try WireAuditResponse(bounded: bytes) },
        "AuditHead": { bytes throws(WireError) in _ = try WireAuditHead(bounded: bytes) },
        "AuditHeads": { bytes throws(WireError) in _ = try WireAuditHeads(bounded: bytes) },
        "AuditAuthority": { bytes throws(WireError) in _ = try WireAuditAuthority(bounded: bytes) },
        "Run": { bytes throws(WireError) in _ = try WireRun(bounded: bytes) },
        "Receipt": { bytes throws(WireError) in _ = try WireReceipt(bounded: bytes) },
        "SignedReceipt": { bytes throws(WireError) in _ = try WireSignedReceipt(bounded: bytes) },
        "SignedCertificate": { bytes throws(WireError) in _ = try WireSignedCertificate(bounded: bytes) },
    ]

    /// A message inside a root, and the field that is tried there.
    struct Spot: CustomStringConvertible {
        let root: String
        let path: [Schema.Field]
        let message: String
        let field: Schema.Field
        var description: String { ([root] + (path + [field]).map(\.name)).joined(separator: ".") }
    }

    private let schema: Schema
    private let spots: [Spot]

    init() throws {
        let schema = try Schema()
        self.schema = schema
        spots = Self.roots.keys.sorted().flatMap { Self.spots(root: $0, message: $0, path: [], schema) }
    }

    private static func spots(root: String, message: String, path: [Schema.Field], _ schema: Schema) -> [Spot] {
        (schema.messages[message] ?? []).flatMap { field in
            [Spot(root: root, path: path, message: message, field: field)]
                + spots(root: root, message: field.type, path: path + [field], schema)
        }
    }

    @Test("a single field that is repeated is malformed, a list is not")
    func repeated() {
        #expect(spots.count > 150)
        for spot in spots {
            expect(spot, one(spot.field), isTaken: true)
            expect(spot, one(spot.field) + one(spot.field), isTaken: spot.field.isRepeated)
        }
    }

    @Test("a field in another wire type, or a group, is malformed")
    func wireTypes() {
        for spot in spots {
            for type in 0...7 as ClosedRange<UInt8> where type != schema.wireType(of: spot.field) {
                // Numbers in a list may be packed.
                let isPacked = type == 2 && spot.field.isRepeated
                let content: [UInt8] = [[1], [UInt8](repeating: 1, count: 8), [0], [], [], [1, 1, 1, 1], [], []][
                    Int(type)]
                expect(spot, key(spot.field.number, type) + content, isTaken: isPacked)
            }
            expect(spot, key(spot.field.number, 3) + one(spot.field) + key(spot.field.number, 4), isTaken: false)
        }
    }

    @Test("a number that is not in its fewest bytes, or beyond its type, is malformed")
    func numbers() {
        for spot in spots {
            let type = schema.wireType(of: spot.field)
            if type == 0 {
                expect(spot, key(spot.field.number, 0) + [0x81, 0x00], isTaken: false)
                expect(spot, key(spot.field.number, 0) + [UInt8](repeating: 0xFF, count: 10) + [1], isTaken: false)
                guard let greatest = schema.greatest(of: spot.field) else { continue }
                expect(spot, key(spot.field.number, 0) + varint(greatest), isTaken: true)
                expect(spot, key(spot.field.number, 0) + varint(greatest + 1), isTaken: false)
            } else if type == 2 {
                expect(spot, key(spot.field.number, 2) + [0x80, 0x00], isTaken: false)
            }
        }
    }

    @Test("a field that is cut short is malformed, and what is left over")
    func ends() {
        for spot in spots {
            expect(spot, one(spot.field).dropLast(), isTaken: false)
            expect(spot, one(spot.field) + [0x80], isTaken: false)
            expect(spot, key(spot.field.number, 2) + [1], isTaken: false)
            expect(spot, key(spot.field.number, 2) + [UInt8](repeating: 0xFF, count: 9) + [1], isTaken: false)
        }
    }

    @Test("a field of a later version is passed over, however often it comes and whatever is in it")
    func later() {
        var deep: [UInt8] = []
        for _ in 0..<2000 { deep = key(1, 2) + varint(UInt64(deep.count)) + deep }
        for spot in spots where spot.field.number == schema.messages[spot.message]?.first?.number {
            let number = 1 + (schema.messages[spot.message]?.map(\.number).max() ?? 0)
            let bytes = key(number, 2) + varint(UInt64(deep.count)) + deep
            expect(spot, key(number, 0) + [1] + key(number, 0) + [2] + bytes + bytes, isTaken: true)
            expect(spot, key(number, 3) + key(number, 4), isTaken: false)
        }
    }

    /// One field with as little in it as there can be; not its default.
    private func one(_ field: Schema.Field) -> [UInt8] {
        let type = schema.wireType(of: field)
        return key(field.number, type) + [[1], [UInt8](repeating: 1, count: 8), [0]][Int(type)]
    }

    private func key(_ number: Int, _ type: UInt8) -> [UInt8] { varint(UInt64(number) << 3 | UInt64(type)) }

    private func varint(_ number: UInt64) -> [UInt8] {
        number < 128 ? [UInt8(number)] : [UInt8(number & 127) | 128] + varint(number >> 7)
    }

    private func expect(
        _ spot: Spot, _ content: some Collection<UInt8>, isTaken: Bool, _ here: SourceLocation = #_sourceLocation
    ) {
        let bytes = spot.path.reversed().reduce(Array(content)) { content, field in
            key(field.number, 2) + varint(UInt64(content.count)) + content
        }
        let error: WireError?
        do throws(WireError) {
            try Self.roots[spot.root]?(bytes)
            error = nil
        } catch let refusal {
            error = refusal
        }
        #expect(isTaken == (error == nil), "\(spot): \(bytes.prefix(40)) \(error as Any)", sourceLocation: here)
        if let error { #expect(error.code == .badRequest, "\(spot)", sourceLocation: here) }
    }
}
