import Foundation
import SyncCore

/// A state in the form of the vectors' `expect`, as text in which equal states are equal.
extension MergeVector {
    func render(_ state: RecordState) throws -> String {
        let stray = state.fields.filter { field in !fields.contains { $0.tag == field.tag } }
        guard stray.isEmpty else { throw MalformedVector(description: "fields that no change wrote: \(stray)") }
        var json: Object = ["known": known(state)]
        var (siblings, superseded, view): (Object, Object, Object) = ([:], [:], [:])
        for field in fields {
            let content = state[field.tag]
            if !content.siblings.isEmpty {
                siblings[field.name] = content.siblings.map(render)
                view[field.name] = shown(content, field)
            }
            if !content.superseded.isEmpty { superseded[field.name] = content.superseded.map(render) }
        }
        json["siblings"] = siblings
        json["superseded"] = superseded
        json["view"] = view
        return try Self.text(json)
    }

    /// Sorted keys, and ASCII only: Swift holds texts equal that differ in their code points.
    static func text(_ json: Object) throws -> String {
        let data = try JSONSerialization.data(withJSONObject: json, options: [.sortedKeys])
        return String(decoding: data, as: UTF8.self).unicodeScalars.reduce(into: "") { $0 += $1.escaped(asASCII: true) }
    }

    private func known(_ state: RecordState) -> [String: [[UInt64]]] {
        Dictionary(grouping: state.known.runs) { name(of: $0.replica) }.mapValues { $0.map { [$0.first, $0.last] } }
    }

    private func name(of replica: ReplicaID) -> String {
        replicas.first { $0.value == replica }?.key ?? replica.description
    }

    private func render(_ dot: Dot) -> [Any] { [name(of: dot.replica), dot.n] }

    private func render(_ sibling: Sibling) -> Object {
        [
            "dot": render(sibling.dot), "value": render(sibling.value), "author": Hex.digits(sibling.author.bytes),
            "timestamp": [sibling.timestamp.milliseconds, Int64(sibling.timestamp.counter)],
        ]
    }

    private func render(_ value: Value?) -> Any {
        switch value {
        case .text(let text): text
        case .integer(let integer): integer
        default: NSNull()
        }
    }

    private func shown(_ content: FieldState, _ field: Field) -> Object {
        let distinct = content.distinctValues.map(render)
        switch field.kind {
        case .register, .review: return ["shown": render(content.latest?.value), "distinct": distinct]
        case .ranked:
            return ["shown": render(content.highest { field.order.firstIndex(of: $0) }?.value), "distinct": distinct]
        case .set: return ["elements": distinct]
        case .log: return ["entries": content.inOrder.map { render($0.value) }]
        case .counter: return ["sum": content.sum]
        }
    }
}
