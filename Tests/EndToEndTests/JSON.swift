import Foundation

/// A document that a program printed. What is not there is null.
enum JSON: Decodable, Equatable, Sendable {
    case null
    case flag(Bool)
    case number(Int)
    case text(String)
    case array([JSON])
    case object([String: JSON])

    init(_ bytes: [UInt8]) throws { self = try JSONDecoder().decode(JSON.self, from: Data(bytes)) }

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let flag = try? single.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? single.decode(Int.self) {
            self = .number(number)
        } else if let text = try? single.decode(String.self) {
            self = .text(text)
        } else if let items = try? single.decode([JSON].self) {
            self = .array(items)
        } else {
            self = .object(try single.decode([String: JSON].self))
        }
    }

    subscript(key: String) -> JSON { if case .object(let members) = self { members[key] ?? .null } else { .null } }
    subscript(index: Int) -> JSON { items.indices.contains(index) ? items[index] : .null }

    var number: Int? { if case .number(let number) = self { number } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var items: [JSON] { if case .array(let items) = self { items } else { [] } }
    var texts: [String] { items.compactMap(\.text) }
    var keys: Set<String> { if case .object(let members) = self { Set(members.keys) } else { [] } }
}
