import FieldModel
import Foundation
import SyncWire

/// How the columns of a file become records: the import map of a source.
struct ImportMap: Decodable {
    /// Where a field's value comes from.
    enum Source: Decodable, Equatable {
        case column(String)
        case constant(String)
        /// The record that another entry of the same row became.
        case record(alias: String)

        private enum Keys: String, CodingKey { case const, ref }

        init(from decoder: any Decoder) throws {
            if let column = try? decoder.singleValueContainer().decode(String.self) {
                self = .column(column)
                return
            }
            let object = try decoder.container(keyedBy: Keys.self)
            if let alias = try object.decodeIfPresent(String.self, forKey: .ref) {
                self = .record(alias: alias)
            } else {
                self = .constant(try object.decode(String.self, forKey: .const))
            }
        }
    }

    struct Entry: Decodable {
        let type: String
        let `as`: String?
        /// Fields by which a record that is here already is found; none: every row makes its own.
        let find: [String]?
        let set: [String: Source]
    }

    let source: String
    let encoding: TextFile.Encoding?
    /// The columns that tell one row from another; equal rows are told apart by their order.
    let key: [String]
    let zone: String?
    let currency: String?
    let rows: [Entry]

    static func read(_ path: String) throws -> ImportMap {
        try ImportMap(reading: Data(contentsOf: URL(filePath: path)), path)
    }

    init(reading data: Data, _ path: String) throws {
        do { self = try JSONDecoder().decode(ImportMap.self, from: data) } catch let error as DecodingError {
            throw VerbFailure(
                .usage,
                Words("The import map \(path) cannot be read: \(error.place).", "无法读取导入映射 \(path)：\(error.place)。"),
                hint: Words(
                    "It is {\"source\",\"key\":[COLUMN],\"rows\":[{\"type\",\"set\":{FIELD:COLUMN}}]}.",
                    "格式为 {\"source\",\"key\":[列],\"rows\":[{\"type\",\"set\":{字段:列}}]}。"))
        }
    }

    /// All columns that the map names.
    var columns: [String] {
        let named = rows.flatMap { $0.set.values }.compactMap { source in
            if case .column(let name) = source { name } else { nil }
        }
        return Array(Set(key + named)).sorted()
    }
}

extension DecodingError {
    /// Where in the document, and what is wrong there.
    fileprivate var place: String {
        switch self {
        case .keyNotFound(let key, let context): Self.path(context) + "\(key.stringValue) is missing"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            Self.path(context) + context.debugDescription
        @unknown default: "\(self)"
        }
    }

    private static func path(_ context: Context) -> String {
        let keys = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
        return keys.isEmpty ? "" : keys.joined(separator: ".") + ": "
    }
}
