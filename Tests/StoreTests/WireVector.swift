import Foundation
import SyncCore
import SyncWire

/// One case of `protocol/vectors/wire`: bytes or a text, and what a reader must make of them.
struct WireVector {
    typealias Object = [String: Any]

    let name: String
    private let json: Object

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "protocol/vectors/wire")

    static func names() -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(5)) }.sorted()
    }

    init(named name: String) throws {
        let data = try Data(contentsOf: Self.folder.appending(path: name + ".json"))
        json = try Self.cast(JSONSerialization.jsonObject(with: data))
        self.name = name
    }

    func text(_ key: String) throws -> String { try Self.cast(json[key]) }
    func number(_ key: String) throws -> Int64 { try Self.cast(json[key], as: NSNumber.self).int64Value }
    func object(_ key: String) throws -> Object { try Self.cast(json[key]) }
    func bytes(_ key: String = "bytes") throws -> [UInt8] { try Self.cast(Hex.bytes(text(key))) }
    func list(_ key: String) throws -> [[UInt8]] {
        try Self.cast(json[key], as: [String].self).map { digits in try Self.cast(Hex.bytes(digits), as: [UInt8].self) }
    }
    func optionalList(_ key: String) throws -> [[UInt8]] { json[key] == nil ? [] : try list(key) }
    /// What is decoded, as text; nil where decoding fails.
    func content() throws -> String? { try (json["content"] as? Object).map(Self.canonical) }

    /// Sorted keys, and ASCII only: Swift holds texts equal that differ in their code points.
    static func canonical(_ object: Object) throws -> String {
        let text = String(
            decoding: try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]), as: UTF8.self)
        return text.unicodeScalars.reduce(into: "") { $0 += $1.escaped(asASCII: true) }
    }

    private static func cast<Content>(_ value: Any?, as type: Content.Type = Content.self) throws -> Content {
        guard let content = value as? Content else { throw MalformedWireVector(found: "\(String(describing: value))") }
        return content
    }
}

struct MalformedWireVector: Error {
    let found: String
}
