import Foundation

/// The messages of `protocol/fieldsync.proto`, as its text declares them: what nobody forgets to add here.
struct Schema {
    struct Field {
        let number: Int
        let name: String
        let type: String
        let isRepeated: Bool
    }

    private(set) var messages: [String: [Field]] = [:]
    private var enums: Set<String> = []

    init() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "protocol/fieldsync.proto")
        var open: [(kind: String, name: String)] = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let words = line.prefix { $0 != "/" }.split { " ;".contains($0) }.map(String.init)
            if words.count == 3, words[2] == "{" {
                open.append((words[0], words[1]))
                if words[0] == "enum" { enums.insert(words[1]) }
            } else if words == ["}"] {
                open.removeLast()
            } else if open.last?.kind != "enum", let message = open.last(where: { $0.kind == "message" })?.name,
                let field = Self.field(words)
            {
                messages[message, default: []].append(field)
            }
        }
    }

    private static func field(_ words: [String]) -> Field? {
        guard words.count >= 4, words[words.count - 2] == "=", let number = Int(words[words.count - 1]) else {
            return nil
        }
        let isRepeated = words[0] == "repeated"
        return Field(
            number: number, name: words[words.count - 3], type: words[words.count - 4], isRepeated: isRepeated)
    }

    /// 0 varint, 1 fixed64, 2 bytes.
    func wireType(of field: Field) -> UInt8 {
        switch field.type {
        case "fixed64": 1
        case "string", "bytes": 2
        default: messages[field.type] == nil ? 0 : 2
        }
    }

    /// The greatest number that a varint field holds, where that is less than 64 bits hold.
    func greatest(of field: Field) -> UInt64? {
        switch field.type {
        case "bool": 1
        case "uint32": UInt64(UInt32.max)
        default: enums.contains(field.type) ? UInt64(Int32.max) : nil
        }
    }
}
