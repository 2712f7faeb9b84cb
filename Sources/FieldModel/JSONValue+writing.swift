/// How a document is laid out on the page.
struct JSONLayout {
    let sortsKeys: Bool
    /// The depth of the current line; nil: all on one line.
    var indent: Int?

    var deeper: JSONLayout { JSONLayout(sortsKeys: sortsKeys, indent: indent.map { $0 + 1 }) }
    var newline: String { indent.map { "\n" + String(repeating: "  ", count: $0) } ?? "" }
    var colon: String { indent == nil ? ":" : ": " }
}

extension JSONValue {
    func write(to out: inout String, _ layout: JSONLayout) {
        switch self {
        case .null: out += "null"
        case .bool(let flag): out += flag ? "true" : "false"
        case .integer(let number): out += String(number)
        case .string(let text): Self.quote(text, to: &out)
        case .array(let items):
            Self.list(items, between: ("[", "]"), to: &out, layout) { $0.write(to: &$1, $2) }
        case .object(let members):
            let ordered = layout.sortsKeys ? Self.sorted(members) : members
            Self.list(ordered, between: ("{", "}"), to: &out, layout) { member, out, layout in
                Self.quote(member.0, to: &out)
                out += layout.colon
                member.1.write(to: &out, layout)
            }
        }
    }

    private static func list<Item>(
        _ items: [Item], between ends: (String, String), to out: inout String, _ layout: JSONLayout,
        _ write: (Item, inout String, JSONLayout) -> Void
    ) {
        out += ends.0
        for (index, item) in items.enumerated() {
            if index > 0 { out += "," }
            out += layout.deeper.newline
            write(item, &out, layout.deeper)
        }
        if !items.isEmpty { out += layout.newline }
        out += ends.1
    }

    /// By bytes: Swift's own order of strings follows Unicode normalisation, which other programs do not.
    private static func sorted(_ members: [(String, JSONValue)]) -> [(String, JSONValue)] {
        members.sorted { $0.0.utf8.lexicographicallyPrecedes($1.0.utf8) }
    }

    private static func quote(_ text: String, to out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\r": out += "\\r"
            case "\t": out += "\\t"
            case "\u{8}": out += "\\b"
            case "\u{C}": out += "\\f"
            case "\u{0}"..."\u{1F}": out += "\\u00" + padded(hexadecimal: scalar.value)
            default: out.unicodeScalars.append(scalar)
            }
        }
        out += "\""
    }

    private static func padded(hexadecimal number: UInt32) -> String {
        (number < 16 ? "0" : "") + String(number, radix: 16)
    }
}
