import FieldModel
import SyncCore
import Testing

@Suite("What is personal")
struct ModelPersonalTests {
    @Test(
        "A phone number keeps its beginning and end, an address its first letter and host, a name stays",
        arguments: [
            (PersonalKind.phone, "13812341234", "138****1234"), (.phone, "+61 8 9123 4567", "+61********4567"),
            (.phone, "91234567", "******67"), (.phone, "9123456", "*****56"), (.phone, "110", "***"),
            (.phone, "", "***"),
            (.email, "zhang@example.com", "z****@example.com"), (.email, "z@example.com", "***@example.com"),
            (.email, "@example.com", "***@example.com"), (.email, "nobody", "n*****"), (.name, "张伟", "张伟"),
        ])
    func masks(kind: PersonalKind, text: String, masked: String) {
        #expect(kind.masked(text) == masked)
    }

    @Test("A contact and a user are persons; a proposal is about the person that its subject is")
    func persons() throws {
        let (me, other) = (RecordID(high: 1, low: 2), RecordID(high: 3, low: 4))
        func person(_ type: String, _ field: String) throws -> RecordID? {
            let entity = try #require(Catalogue.entity(named: type))
            let tag = try #require(entity.field(named: field)?.tag)
            return PersonalMatter.person(in: me, entity.tag, tag) { other }
        }
        #expect(try person("contact", "phones") == me)
        #expect(try person("user", "name") == me)
        #expect(try person("proposal", "value") == other)
        #expect(try person("contact", "roles") == nil)
        #expect(try person("account", "name") == nil)
        #expect(Catalogue.entities.filter(\.isPersonal).map(\.name) == ["contact", "user", "proposal"])
    }
}
