import FieldModel
import SyncCore
import Testing

@Suite("JSON")
struct ModelJSONTests {
    @Test("values have the contract's forms")
    func forms() {
        let id = RecordID(high: 0x0192_0000_0000_7000, low: 0x8000_0000_0000_0001)
        let forms: [(Value, String)] = [
            (.text("a"), #""a""#),
            (.integer(-3), "-3"),
            (.decimal(unscaled: 250, scale: 2), #""2.50""#),
            (.bool(true), "true"),
            (.instant(milliseconds: 1_795_327_500_000, offsetMinutes: 480), #""2026-11-22T14:05:00+08:00""#),
            (.date(days: 0), #""1970-01-01""#),
            (.money(minor: 18305, currency: "AUD"), #"{"currency":"AUD","minor":18305}"#),
            (.reference(id), #""01920000-0000-7000-8000-000000000001""#),
            (.known(KnownDots()), "null"),
            (.opaque(kind: 99, bytes: [1, 255]), #"{"bytes":"01ff","kind":99}"#),
        ]
        for (value, json) in forms { #expect(value.json.canonical() == json) }
    }

    @Test("the canonical form sorts keys by bytes, has no spaces and escapes what it must, nothing else")
    func canonical() {
        let document = JSONValue.object([
            ("é", .null), ("b", .array([.integer(1), .bool(false), .array([]), .object([])])), ("a", .string("中/👍")),
        ])
        #expect(document.canonical() == #"{"a":"中/👍","b":[1,false,[],{}],"é":null}"#)
        let text = JSONValue.string("\" \\ \n \r \t \u{8} \u{C} \u{1} \u{1F} \u{7F}")
        #expect(text.canonical() == "\"\\\" \\\\ \\n \\r \\t \\b \\f \\u0001 \\u001f \u{7F}\"")
    }

    @Test("texts that differ in bytes are different documents, however alike they look")
    func bytes() {
        let (composed, decomposed) = (JSONValue.string("\u{E9}"), JSONValue.string("e\u{301}"))
        #expect(composed != decomposed)
        #expect(JSONValue.sortedDistinct([composed, decomposed, composed]) == [decomposed, composed])
    }

    @Test("members in another order are the same document, other members are not")
    func equality() {
        let document = JSONValue.object([("a", .integer(1)), ("b", .null)])
        #expect(document == .object([("b", .null), ("a", .integer(1))]))
        #expect(document != .object([("a", .integer(1))]))
        #expect(document["a"] == .integer(1) && document["c"] == nil)
    }

    @Test("the form for people is indented and keeps the order of keys")
    func pretty() {
        let document = JSONValue.object([("b", .array([.integer(1), .integer(2)])), ("a", .object([]))])
        #expect(document.pretty() == "{\n  \"b\": [\n    1,\n    2\n  ],\n  \"a\": {}\n}")
    }

    @Test("a JSON value of another type is refused with an example of the right one")
    func refused() {
        let wrong: [(JSONValue, ValueType)] = [
            (.integer(1), .text), (.string("1"), .integer), (.integer(1), .bool), (.integer(2), .decimal),
            (.object([("minor", .integer(1))]), .money), (.null, .text), (.array([]), .text),
            (.object([("minor", .integer(1)), ("currency", .string("aud"))]), .money), (.bool(true), .reference(nil)),
        ]
        for (json, type) in wrong {
            #expect(throws: ValueError.self) {
                try ValueText.parse(json, as: type) { _, _ in RecordID(high: 0, low: 0) }
            }
        }
    }
}
