import FieldModel
import Foundation
import SyncCore

/// `protocol/catalogue.json`: what other implementations read instead of the declarations here.
struct CatalogueFile: Decodable, Equatable {
    struct Entity: Decodable, Equatable {
        let type: UInt32
        let name: String
        let prefix: String?
        let neverEdited: Bool?
        let fields: [Field]
        /// The patterns of R-121, the first whose references are there decides.
        let scope: [String]
    }

    struct Field: Decodable, Equatable {
        let tag: UInt32
        let name: String
        let kind: String
        let value: String
        var to: UInt32?
        var once: Bool?
        var derived: Bool?
        var required: Bool?
        var words: [String]?
        var personal: String?
    }

    let version: Int
    let types: [Entity]

    static func read() throws -> CatalogueFile {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let data = try Data(contentsOf: Repository.root.appending(path: "protocol/catalogue.json"))
        return try decoder.decode(CatalogueFile.self, from: data)
    }
}

extension CatalogueFile.Field {
    init(_ field: FieldDeclaration) {
        tag = field.tag
        name = field.name
        kind = "\(field.kind)"
        switch field.type {
        case .reference(let target): (value, to) = ("reference", target)
        case .bool: value = "boolean"
        default: value = "\(field.type)"
        }
        // What is not so is not said.
        once = field.setOnce ? true : nil
        derived = field.derived ? true : nil
        required = field.required ? true : nil
        words = field.choices?.map(\.word)
        personal = field.personal.map { $0 == .ofSubject ? "of_subject" : "\($0)" }
    }
}

extension CatalogueFile.Entity {
    private static let (me, home) = (id(1), id(2))

    private static func id(_ byte: UInt8) -> RecordID {
        guard let id = RecordID(bytes: [UInt8](repeating: byte, count: 16)) else { preconditionFailure("16 bytes") }
        return id
    }

    /// The pairs of references of which, when no other is there, another scope comes than by the declared rule.
    func disagreements(with entity: EntityDeclaration) -> [String] {
        let fields = entity.fields.map(\.name) + [""]
        let ids = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($1, Self.id(UInt8(10 + $0))) })
        return fields.flatMap { one in fields.map { [one, $0] } }.filter { pair in
            let there = ids.filter { pair.contains($0.key) && !$0.key.isEmpty }
            let declared = ScopeRule.scope(
                of: entity, id: Self.me, home: Self.home, reference: { there[$0] }, scopeOf: { "scope of \($0)" })
            return declared != scope(there)
        }.map { "\($0)" }
    }

    /// R-121, with these references.
    private func scope(_ there: [String: RecordID]) -> String {
        var values = ["{id}": "\(Self.me)", "{home}": "\(Self.home)"]
        for (field, id) in there {
            values["{\(field)}"] = "\(id)"
            values["{\(field).scope}"] = "scope of \(id)"
        }
        let filled = scope.map { pattern in
            values.reduce(pattern) { $0.replacingOccurrences(of: $1.key, with: $1.value) }
        }
        return filled.first { !$0.contains("{") } ?? "branch/\(Self.home)"
    }
}
