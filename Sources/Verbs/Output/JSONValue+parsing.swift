package import FieldModel
import Foundation
import SyncWire

extension JSONValue {
    /// Reads a document; numbers must be whole.
    package init(parsing bytes: [UInt8]) throws {
        do {
            self = try JSONDecoder().decode(ParsedJSON.self, from: Data(bytes)).value
        } catch let error as DecodingError {
            throw VerbFailure(.invalidValue, Words("This is no JSON: \(error)", "不是有效的 JSON：\(error)"))
        }
    }
}

/// Members of an object come in no order of their own: sorted.
private struct ParsedJSON: Decodable {
    let value: JSONValue

    init(from decoder: any Decoder) throws {
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            value = .null
        } else if let flag = try? single.decode(Bool.self) {
            value = .bool(flag)
        } else if let number = try? single.decode(Int64.self) {
            value = .integer(number)
        } else if let text = try? single.decode(String.self) {
            value = .string(text)
        } else if let items = try? single.decode([ParsedJSON].self) {
            value = .array(items.map(\.value))
        } else {
            let members = try single.decode([String: ParsedJSON].self)
            value = .object(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value.value) })
        }
    }
}
