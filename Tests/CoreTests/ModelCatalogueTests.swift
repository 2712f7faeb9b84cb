import FieldModel
import SyncCore
import Testing

@Suite("Catalogue")
struct ModelCatalogueTests {
    @Test("No tag was changed, reused or dropped: protocol/catalogue.json says the same, and grows at most")
    func export() throws {
        let file = try CatalogueFile.read()
        #expect(file.version == Catalogue.version)
        #expect(file.types.map(\.type) == Catalogue.entities.map(\.tag))
        for (written, entity) in zip(file.types, Catalogue.entities) {
            #expect(written.name == entity.name)
            #expect(written.prefix == entity.prefix)
            #expect(written.neverEdited ?? false == entity.neverEdited)
            #expect(written.fields == entity.fields.map(CatalogueFile.Field.init), "\(entity.name)")
            #expect(written.disagreements(with: entity) == [], "the scope of \(entity.name)")
        }
    }

    @Test("an unknown name or tag is found nowhere")
    func unknown() throws {
        #expect(Catalogue.entity(named: "vist") == nil)
        #expect(Catalogue.entity(0) == nil)
        let visit = try #require(Catalogue.entity(named: "visit"))
        #expect(visit.field(named: "sumary") == nil)
        #expect(visit.field(tag: 99) == nil)
    }

    @Test("scope and deleted are in every type by tag and in none by name")
    func implicitFields() {
        for entity in Catalogue.entities {
            #expect(entity.field(tag: .scope)?.name == "scope")
            #expect(entity.field(tag: .deleted)?.type == .known)
            #expect(entity.field(named: "scope") == nil)
            #expect(entity.field(named: "deleted") == nil)
        }
    }

    @Test("every declaration is found by its name and by its tag")
    func lookups() {
        for entity in Catalogue.entities {
            #expect(Catalogue.entity(named: entity.name)?.tag == entity.tag)
            #expect(Catalogue.entity(entity.tag)?.name == entity.name)
            for field in entity.fields {
                #expect(entity.field(named: field.name)?.tag == field.tag)
                #expect(entity.field(tag: field.tag)?.name == field.name)
            }
        }
    }

    @Test("own tags start at 3 and rise; names are snake_case; every label is in both languages")
    func form() {
        for entity in Catalogue.entities {
            #expect(entity.fields.map(\.tag) == Array(3..<(3 + UInt32(entity.fields.count))))
            let labels = [entity.label] + entity.fields.map(\.label)
            #expect(labels.allSatisfy { !$0.en.isEmpty && !$0.zh.isEmpty })
            for name in [entity.name] + entity.fields.map(\.name) {
                let isRight = name.utf8.allSatisfy {
                    $0 == UInt8(ascii: "_") || (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
                }
                #expect(isRight && name.first?.isLetter == true, "\(name)")
            }
        }
    }

    @Test("the type of a value follows from its field's name")
    func typesByName() {
        for field in Catalogue.entities.flatMap(\.fields) {
            if field.name.hasSuffix("_at") || field.name.hasPrefix("window_") { #expect(field.type == .instant) }
            if field.name.hasSuffix("_on") || field.name == "sale_date" { #expect(field.type == .date) }
            if ["latitude", "longitude", "quantity"].contains(field.name) { #expect(field.type == .decimal) }
            if ["amount", "cost"].contains(field.name) { #expect(field.type == .money) }
            if field.kind == .counter { #expect(field.type == .integer) }
        }
    }

    @Test("references point at declared types; a ranked field has an order; words are told apart")
    func references() {
        for field in Catalogue.entities.flatMap(\.fields) {
            if case .reference(let target?) = field.type { #expect(Catalogue.entity(target) != nil, "\(field.name)") }
            if field.kind == .ranked { #expect(field.choices != nil) }
            let spellings = (field.choices ?? field.suggestions).flatMap { [$0.word, $0.zh] + $0.aliases }
            #expect(Set(spellings).count == spellings.count, "\(field.name)")
            #expect(field.choices == nil || field.suggestions.isEmpty)
        }
    }

    @Test("types with a number have a prefix of their own")
    func prefixes() {
        for entity in Catalogue.entities { #expect((entity.prefix != nil) == (entity.field(named: "number") != nil)) }
        let prefixes = Catalogue.entities.compactMap(\.prefix)
        #expect(Set(prefixes).count == prefixes.count)
    }

    @Test("severity ranks from minor to very severe, and takes the numbers of a service desk")
    func severity() throws {
        let field = try #require(Catalogue.request.field(named: "severity"))
        #expect(field.rank(of: .text("minor")) == 0)
        #expect(field.rank(of: .text("very_severe")) == 3)
        #expect(field.rank(of: .text("urgent")) == nil)
        #expect(field.rank(of: .integer(3)) == nil)
        #expect(field.choice(matching: "3")?.word == "severe")
        #expect(field.choice(matching: "非常严重")?.word == "very_severe")
        #expect(field.choice(matching: "5") == nil)
    }
}
