import FieldModel
import SyncCore
import SyncWire
@testable import Verbs

/// What people type and scripts write.
extension FuzzTarget {
    static let texts = [
        FuzzTarget("enrolment-code", bytesMax: 128, seeds: { try VectorSeeds.of("EnrolmentCode", VectorSeeds.text) }) {
            let code = try EnrolmentCode(parsing: String(decoding: $0, as: UTF8.self))
            try BrokenPromise.unless((try? EnrolmentCode(parsing: code.text)) == code, "a code is printed as another")
        },
        FuzzTarget("name", bytesMax: 128, seeds: nameSeeds) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let id = RecordID(text: text) {
                let digits = text.lowercased().filter { $0 != "-" }
                try BrokenPromise.unless(id.description.filter { $0 != "-" } == digits, "an id is another's")
            }
            if let dot = Dot(text: text) {
                try BrokenPromise.unless(dot.description == text.lowercased(), "a dot is another's")
            }
            if let argument = try? FieldArgument(parsing: text) {
                try BrokenPromise.unless(text.hasSuffix(argument.text), "an argument's value is not as typed")
            }
            let number = try ReadableNumber(text: text)
            try BrokenPromise.unless((try? ReadableNumber(text: number.text)) == number, "a number is another's")
        },
        FuzzTarget("value", bytesMax: 1024, seeds: valueSeeds) { bytes in
            let fields = Catalogue.entities.flatMap(\.fields)
            let field = fields[Int(bytes.first ?? 0) % fields.count]
            let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
            let value = try FieldText.parse(text, of: field, now: 0, reference: reference)
            try BrokenPromise.unless(field.type.holds(value), "a value of another type")
            try demandSendable(value)
            let printed = try? field.parse(value.printed, reference: reference)
            try BrokenPromise.unless(printed == value, "a value is printed as another: \(value.printed)")
            let json = try? ValueText.parse(
                JSONValue(parsing: Array(value.json.canonical().utf8)), as: field.type, reference: reference)
            try BrokenPromise.unless(json == value, "a value is another in JSON: \(value.json.canonical())")
        },
        FuzzTarget("json", seeds: jsonSeeds) { bytes in
            let document = try JSONValue(parsing: bytes)
            for text in [document.canonical(), document.pretty()] {
                let again = try? JSONValue(parsing: Array(text.utf8))
                try BrokenPromise.unless(again == document, "a document is written as another: \(text)")
            }
        },
    ]

    /// A full id names a record, nothing else does here.
    @Sendable static func reference(_ text: String, _ type: TypeTag?) throws -> RecordID {
        guard let id = RecordID(text: text) else { throw VerbFailure(.notFound) }
        return id
    }

    /// What a verb takes, a node takes too (R-22).
    static func demandSendable(_ value: Value) throws {
        let replica = ReplicaID(1)
        let write = Write(dot: Dot(replica, 1), fields: [FieldWrite(tag: 1, value: value)])
        let change = Change(type: 1, record: RecordID(high: 1, low: 1), write: write)
        let set = ChangeSet(timestamp: .zero, author: RecordID(high: 1, low: 1), changes: [change])
        let sent = try? ChangeSetCodec.decode(ChangeSetCodec.encode(set, replica: replica), replica: replica)
        try BrokenPromise.unless(sent == set, "a value that cannot be sent: \(value)")
    }

    @Sendable private static func nameSeeds() throws -> [[UInt8]] {
        let names = [
            "019ab697-e800-700b-8000-000000000000", "019ab697e800700b8000000000000000", "0123456789abcdef:7",
            "tags+=urgent", "notes-=x", "name=",
        ]
        return try VectorSeeds.of("ReadableNumber", VectorSeeds.text) + names.map { Array($0.utf8) }
    }

    /// For every field a text that its type takes.
    @Sendable private static func valueSeeds() -> [[UInt8]] {
        Catalogue.entities.flatMap(\.fields).prefix(256).enumerated().map { index, field in
            let text =
                switch field.type {
                case .text, .known: field.choices?.first?.word ?? "油缸 North pit"
                case .integer: "-42"
                case .decimal: "2.50"
                case .bool: "true"
                case .instant: "2026-11-22T14:05:00.250+08:00"
                case .date: "2026-11-22"
                case .money: "183.05AUD"
                case .reference: "019ab697-e800-700b-8000-000000000000"
                }
            return [UInt8(index)] + Array(text.utf8)
        }
    }

    @Sendable private static func jsonSeeds() -> [[UInt8]] {
        let documents = [
            #"{"items":[{"id":"a","at":1,"ok":true,"none":null}],"more":false}"#, #"["\u538b\ud83d\ude00\n\"\\"]"#,
            "-9223372036854775808", String(repeating: "[", count: 40) + String(repeating: "]", count: 40), "1.5", "1e3",
        ]
        return documents.map { Array($0.utf8) }
    }
}
