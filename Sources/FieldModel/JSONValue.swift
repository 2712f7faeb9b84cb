/// A JSON document (RFC 8259) without fractions: decimals travel as strings.
package enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case string(String)
    case array([JSONValue])
    /// Members in the order in which they are printed for people.
    case object([(String, JSONValue)])

    /// One line, keys sorted by their bytes, no spaces: the same document always has the same bytes.
    package func canonical() -> String {
        var out = ""
        write(to: &out, JSONLayout(sortsKeys: true, indent: nil))
        return out
    }

    /// Several lines, two spaces a level, keys in their order.
    package func pretty() -> String {
        var out = ""
        write(to: &out, JSONLayout(sortsKeys: false, indent: 0))
        return out
    }

    /// Sorted by the bytes of their canonical forms, each once.
    package static func sortedDistinct(_ values: some Sequence<JSONValue>) -> [JSONValue] {
        var lines = values.map { (bytes: Array($0.canonical().utf8), value: $0) }
        lines.sort { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        return lines.indices.filter { $0 == 0 || lines[$0].bytes != lines[$0 - 1].bytes }.map { lines[$0].value }
    }

    /// The member of an object; nil when there is none.
    package subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.0 == key }?.1
    }

    /// The same document: members in any order.
    package static func == (a: JSONValue, b: JSONValue) -> Bool { a.canonical().utf8.elementsEqual(b.canonical().utf8) }
}
