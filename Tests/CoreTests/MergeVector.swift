import Foundation
import SyncCore

/// What is wrong with a vector file, not with what it tests.
struct MalformedVector: Error, CustomStringConvertible {
    let description: String
}

/// One file of `protocol/vectors/merge`, in the form that its README describes.
struct MergeVector {
    struct Field {
        let name: String
        let tag: FieldTag
        let kind: FieldKind
        /// The values of a ranked field from lowest to highest.
        let order: [Value]
    }

    typealias Object = [String: Any]

    let name: String
    let fields: [Field]
    let replicas: [String: ReplicaID]
    let steps: [Object]
    /// An object is a canonical state, a text the name of a state that it equals.
    let expect: Object
    private let changes: [String: Object]

    static let folder = Repository.root.appending(path: "protocol/vectors/merge")

    /// The names of all cases, sorted.
    static func names() -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return files.filter { $0.hasSuffix(".json") }.map { String($0.dropLast(".json".count)) }.sorted()
    }

    init(named file: String) throws {
        let data = try Data(contentsOf: Self.folder.appending(path: file + ".json"))
        let json = try Self.cast(JSONSerialization.jsonObject(with: data), as: Object.self)
        name = try Self.cast(json["name"])
        steps = try Self.cast(json["steps"])
        changes = try Self.cast(json["changes"])
        expect = try Self.cast(json["expect"])
        fields = try Self.cast(json["fields"], as: [String: Object].self).map(Self.field)
        replicas = try Self.cast(json["replicas"], as: [String: String].self).mapValues { hex in
            guard let replica = ReplicaID(hex: hex) else { throw MalformedVector(description: "replica \(hex)") }
            return replica
        }
    }

    /// The change of that name, as the kernel takes it.
    func change(_ name: String) throws -> (write: Write, timestamp: Timestamp, author: RecordID) {
        let change = try Self.cast(changes[name], as: Object.self)
        let writes = try Self.cast(change["fields"], as: [Object].self).map { field in
            FieldWrite(
                tag: try tag(of: Self.cast(field["field"])), value: try Self.value(field["value"]),
                overwrites: try Self.cast(field["overwrites"], as: [Any].self).map(dot))
        }
        let time = try Self.cast(change["timestamp"], as: [NSNumber].self)
        guard time.count == 2, let author = RecordID(text: try Self.cast(change["author"])) else {
            throw MalformedVector(description: "timestamp or author of \(name)")
        }
        return (
            Write(dot: try dot(Self.cast(change["dot"], as: Any.self)), fields: writes),
            Timestamp(milliseconds: time[0].int64Value, counter: time[1].uint32Value), author
        )
    }

    private func tag(of name: String) throws -> FieldTag {
        guard let field = fields.first(where: { $0.name == name }) else {
            throw MalformedVector(description: "field \(name)")
        }
        return field.tag
    }

    private func dot(_ json: Any) throws -> Dot {
        let parts = try Self.cast(json, as: [Any].self)
        guard parts.count == 2, let name = parts[0] as? String, let replica = replicas[name],
            let n = parts[1] as? NSNumber
        else { throw MalformedVector(description: "dot \(parts)") }
        return Dot(replica, n.uint64Value)
    }

    private static func field(_ name: String, _ json: Object) throws -> Field {
        let word = try cast(json["kind"], as: String.self)
        guard let kind = FieldKind.allCases.first(where: { "\($0)" == word }) else {
            throw MalformedVector(description: "kind \(word)")
        }
        let order = try (json["order"] as? [Any] ?? []).compactMap(value)
        return Field(name: name, tag: try cast(json["tag"], as: NSNumber.self).uint32Value, kind: kind, order: order)
    }

    private static func value(_ json: Any?) throws -> Value? {
        switch json {
        case nil, is NSNull: nil
        case let text as String: .text(text)
        case let number as NSNumber: .integer(number.int64Value)
        default: throw MalformedVector(description: "value \(String(describing: json))")
        }
    }

    static func cast<T>(_ json: Any?, as type: T.Type = T.self) throws -> T {
        guard let json = json as? T else { throw MalformedVector(description: "\(type): \(String(describing: json))") }
        return json
    }
}
