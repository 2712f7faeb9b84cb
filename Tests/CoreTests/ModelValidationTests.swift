import FieldModel
import SyncCore
import Testing

@Suite("Validation")
struct ModelValidationTests {
    let other = RecordID(high: 2, low: 2)

    struct Case: Sendable, CustomTestStringConvertible {
        let field: String
        let value: Value
        let code: Refusal.Code?
        var testDescription: String { "\(field) \(value)" }
        init(_ field: String, _ value: Value, _ code: Refusal.Code?) {
            (self.field, self.value, self.code) = (field, value, code)
        }
    }

    static let refused: [Case] = [
        Case("account.type", .text("enterprise"), .unknownChoice),
        Case("account.type", .text("企业"), .unknownChoice),
        Case("request.severity", .text("4"), .unknownChoice),
        Case("user.roles", .text("king"), .unknownChoice),
        Case("account.name", .integer(1), .wrongType),
        Case("account.name", .text(""), .outOfRange),
        Case("account.name", .text("a\u{0}"), .outOfRange),
        Case("account.name", .text(String(repeating: "a", count: ModelLimits.textBytesMax + 1)), .outOfRange),
        Case("account.name", .opaque(kind: 99, bytes: []), .wrongType),
        Case("asset.cycles", .text("1"), .wrongType),
        Case("asset.condition", .text("new"), .derived),
        Case("asset.parent", .reference(RecordID(high: 2, low: 2)), .derived),
        Case("work_order.status", .text("closed"), .derived),
        Case("product.superseded_by", .reference(ModelWrites.record), .selfReference),
        Case("asset.site", .reference(RecordID(high: 2, low: 2)), .wrongReference),
        Case("site.latitude", .decimal(unscaled: 9001, scale: 2), .outOfRange),
        Case("site.longitude", .decimal(unscaled: -1800001, scale: 4), .outOfRange),
        Case("site.latitude", .decimal(unscaled: 1, scale: 19), .outOfRange),
        Case("work_order.cost", .money(minor: 1, currency: "aud"), .outOfRange),
        Case("work_order.window_start", .instant(milliseconds: .max, offsetMinutes: 0), .outOfRange),
        Case("work_order.window_start", .instant(milliseconds: 0, offsetMinutes: 2000), .outOfRange),
        Case("asset.sale_date", .date(days: .max), .outOfRange),
        Case("attachment.size", .integer(-1), .outOfRange), Case("attachment.sha256", .text("ab"), .outOfRange),
        Case("attachment.sha256", .text(String(repeating: "A", count: 64)), .outOfRange),
        Case("attachment.kind", .text("poem"), .unknownChoice),
    ]

    static let taken: [Case] = [
        Case("account.type", .text("dealer"), nil), Case("request.channel", .text("carrier pigeon"), nil),
        Case("site.latitude", .decimal(unscaled: -90, scale: 0), nil),
        Case("site.longitude", .decimal(unscaled: 1_800_000, scale: 4), nil),
        Case("asset.cycles", .integer(-5), nil), Case("asset.notes", .text("a\nb\tc"), nil),
        Case("asset.model", .reference(RecordID(high: 2, low: 2)), nil),
        Case("work_order.cost", .money(minor: -1, currency: "AUD"), nil),
        Case("attachment.size", .integer(0), nil),
        Case("attachment.sha256", .text(String(repeating: "a0", count: 32)), nil),
    ]

    @Test("a value that its field cannot hold is refused", arguments: refused)
    func refusals(_ example: Case) throws {
        let refusals = try Self.refusals(example)
        #expect(refusals.map(\.code) == [example.code])
        #expect(refusals.allSatisfy { !$0.words.en.isEmpty && !$0.words.zh.isEmpty && !$0.isPermission })
    }

    @Test("a value that its field can hold is taken", arguments: taken)
    func valid(_ example: Case) throws {
        let refusals = try Self.refusals(example)
        #expect(refusals.isEmpty)
    }

    @Test("an unknown type and an unknown field are refused")
    func unknown() {
        let write = Write(dot: ModelWrites.dot, fields: [FieldWrite(tag: 99, value: .text("x"))])
        func codes(_ type: TypeTag) -> [Refusal.Code] {
            let write = RecordWrite(type: type, record: other, write: write, isNew: false, seen: [:])
            return Validation.refusals(of: write) { _ in nil }.map(\.code)
        }
        #expect(codes(999) == [.unknownType])
        #expect(codes(EntityTag.account) == [.unknownField])
    }

    @Test("a second value of a set-once field is refused from an author who had seen the first, and from him alone")
    func setOnce() {
        func codes(_ value: Value?, seen: [Value]) -> [Refusal.Code] {
            let write = ModelWrites.write(
                Catalogue.account, ["source_channel": value], creating: false, seen: ["source_channel": seen],
                overwrites: [Dot(ReplicaID(5), 1)])
            return Validation.refusals(of: write) { _ in nil }.map(\.code)
        }
        #expect(codes(.text("shop"), seen: [.text("phone")]) == [.setOnce])
        #expect(codes(nil, seen: [.text("phone")]) == [.setOnce])
        #expect(codes(.text("shop"), seen: []).isEmpty)
        #expect(codes(.text("phone"), seen: [.text("phone")]).isEmpty)
    }

    @Test("a record of a never-edited type is not edited and not deleted, but may move")
    func neverEdited() {
        func codes(_ tag: FieldTag, _ value: Value, isNew: Bool = false) -> [Refusal.Code] {
            let write = Write(dot: ModelWrites.dot, fields: [FieldWrite(tag: tag, value: value)])
            let judged = RecordWrite(
                type: EntityTag.note, record: ModelWrites.record, write: write, isNew: isNew, seen: [:])
            return Validation.refusals(of: judged) { _ in nil }.map(\.code)
        }
        #expect(codes(4, .text("changed")) == [.neverEdited])
        #expect(codes(.deleted, .known(KnownDots())) == [.neverEdited])
        #expect(codes(.scope, .text("org")).isEmpty)
        #expect(codes(.scope, .text("nowhere")) == [.outOfRange])
        #expect(codes(4, .text("second part of one set"), isNew: true).isEmpty)
    }

    @Test("discarding what was refused is taken for every field; clearing what others wrote is not")
    func discard() {
        func codes(_ replica: UInt64, seen: [Value]) -> [Refusal.Code] {
            let write = ModelWrites.write(
                Catalogue.note, ["text": nil], creating: false, seen: ["text": seen],
                overwrites: [Dot(ReplicaID(replica), 1)])
            return Validation.refusals(of: write) { _ in nil }.map(\.code)
        }
        #expect(codes(ModelWrites.dot.replica.raw, seen: []).isEmpty)
        #expect(codes(ModelWrites.dot.replica.raw, seen: [.text("a")]) == [.neverEdited])
        #expect(codes(5, seen: []) == [.neverEdited])
    }

    @Test("an event without its order or its kind is refused, each by name")
    func required() {
        let write = ModelWrites.write(Catalogue.workEvent, ["reason": .text("why")], creating: true)
        #expect(Validation.refusals(of: write) { _ in nil }.map(\.field) == ["order", "kind"])
        let whole = ModelWrites.write(
            Catalogue.workEvent, ["order": .reference(other), "kind": .text("finished")], creating: true)
        #expect(Validation.refusals(of: whole) { _ in nil }.isEmpty)
    }

    @Test("quantities are not negative")
    func quantity() {
        for (unscaled, codes) in [(-1, [Refusal.Code.outOfRange]), (0, []), (250, [])] {
            let value = Value.decimal(unscaled: Int64(unscaled), scale: 2)
            let write = ModelWrites.write(Catalogue.partUsage, ["quantity": value], creating: true)
            #expect(Validation.refusals(of: write) { _ in nil }.map(\.code) == codes)
        }
    }

    /// Every other record is a product here.
    private static func refusals(_ example: Case) throws -> [Refusal] {
        let parts = example.field.split(separator: ".").map(String.init)
        let entity = try #require(Catalogue.entity(named: parts[0]))
        let write = ModelWrites.write(entity, [parts[1]: example.value], creating: false)
        return Validation.refusals(of: write) { _ in EntityTag.product }
    }
}
