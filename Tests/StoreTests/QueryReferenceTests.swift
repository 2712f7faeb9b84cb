import FieldModel
import SyncCore
import SyncStore
import Testing

@Suite("A text that names a record")
struct QueryReferenceTests {
    let world: StoreWorld
    let hq: Store

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
    }

    private func resolve(_ ref: String, _ type: String? = nil) throws -> String {
        let outcome = try hq.read { try $0.resolve(ref, type: type.map(typeTag)) }
        return switch outcome {
        case .found(let type, let id): "\(Catalogue.entity(type)?.name ?? "?") \(id)"
        case .none: "none"
        case .ambiguous(let candidates): "ambiguous: " + candidates.map { $0.title ?? "–" }.joined(separator: ", ")
        }
    }

    @Test(
        "that nothing answers to names none",
        arguments: ["", "WO-GZ03-K7-000214-5", "0190abcd-0000-7000-8000-000000000000", "cafe", "zzzzzz", "wang"])
    func unknown(ref: String) throws {
        #expect(try resolve(ref) == "none")
    }

    @Test("that is an id of another type than asked for names none")
    func otherType() throws {
        let site = try world.create("site", on: hq, ["name": "Pit 4"])
        #expect(try resolve(site.description, "asset") == "none")
        #expect(try resolve(String(site.description.suffix(8)), "asset") == "none")
    }

    @Test("that ends several ids is ambiguous, with its candidates")
    func ambiguous() throws {
        for (high, name) in [(0x0190_0000_0000_7100, "North"), (0x0190_0000_0000_7200, "South")] {
            let id = RecordID(high: UInt64(high), low: 0x8000_0000_00AB_CDEF)
            try world.commit(
                hq,
                [
                    LocalChange(
                        type: EntityTag.site, record: id, creates: true, edits: [.put(name, at: tag("site", "name"))])
                ])
        }
        #expect(try resolve("abcdef") == "ambiguous: North, South")
        #expect(try resolve("0000ABCDEF") == "ambiguous: North, South")
    }

    @Test("with five digits of an id is too short")
    func shortSuffix() throws {
        let site = try world.create("site", on: hq, ["name": "Pit 4"])
        #expect(try resolve(String(site.description.suffix(5))) == "none")
    }

    @Test("with an odd count of digits must have all of them right")
    func oddSuffix() throws {
        let id = RecordID(high: 0x0190_0000_0000_7100, low: 0x8000_0000_00AB_CDEF)
        try world.commit(hq, [LocalChange(type: EntityTag.site, record: id, creates: true, edits: [])])
        #expect(try resolve("0abcdef") == "site \(id)")
        #expect(try resolve("1abcdef") == "none")
    }

    @Test("is an id, its last digits, or a readable number in any case")
    func found() throws {
        let asset = try world.create("asset", on: hq, ["number": "AS-GZ03-K7-000001-A", "serial": "EX-1"])
        for ref in [
            asset.description, asset.description.uppercased(), String(asset.description.suffix(6)),
            String(asset.description.suffix(7)), String(asset.description.suffix(14)), "AS-GZ03-K7-000001-A",
            "as-gz03-k7-000001-a",
        ] {
            #expect(try resolve(ref) == "asset \(asset)", "\(ref)")
            #expect(try resolve(ref, "asset") == "asset \(asset)", "\(ref)")
        }
    }

    @Test("is a login among users, a code among products and parts, a code or name among branches")
    func names() throws {
        let product = try world.create("product", on: hq, ["code": "PC200"])
        let branch = try world.create("branch", on: hq, ["name": "Guangzhou", "code": "GZ03"])
        #expect(try resolve("wang", "user") == "user \(world.person)")
        #expect(try resolve("pc200", "product") == "product \(product)")
        #expect(try resolve("PC200", "part") == "none")
        #expect(try resolve("gz03", "branch") == "branch \(branch)")
        #expect(try resolve("Guangzhou", "branch") == "branch \(branch)")
    }

    @Test("finds a deleted record too")
    func deleted() throws {
        let site = try world.create("site", on: hq, ["name": "Pit 4"])
        try world.delete("site", site, on: hq)
        #expect(try resolve(String(site.description.suffix(6))) == "site \(site)")
    }

    @Test("that is an id shows the record, whatever type was expected")
    func expected() throws {
        let site = try world.create("site", on: hq, ["name": "Pit 4"])
        for type in ["site", "asset"].map(typeTag) + [nil, 9_999] {
            #expect(try hq.read { try $0.shown(site, expected: type) }?.title == "Pit 4")
            #expect(try hq.read { try $0.typeOfRecord(site, expected: type) } == EntityTag.site)
        }
        let absent = RecordID(high: 1, low: 2)
        #expect(try hq.read { try $0.shown(absent, expected: EntityTag.site) } == nil)
    }
}
