import FieldModel
import SyncCore
import Testing

@Suite("Scopes")
struct ModelScopeTests {
    let record = RecordID(high: 1, low: 1)
    let other = RecordID(high: 2, low: 2)
    let home = RecordID(high: 9, low: 9)

    @Test(
        "a text that no scope is written as is none",
        arguments: [
            "", "catalog/", "org/", "org/x", "site", "site/1", "van/00000000000000010000000000000001", "catalog#",
            "site/00000000-0000-0001-0000-00000000000A", "planet/00000000-0000-0001-0000-000000000001",
            "site/00000000-0000-0001-0000-000000000001/x",
        ])
    func malformed(_ text: String) {
        #expect(Scope(text: text) == nil)
    }

    @Test("every scope is read as it is written")
    func roundTrip() {
        let roots: [Scope.Root] = [
            .catalog, .org, .orgBranch(other), .branch(other), .account(other), .site(other), .van(other), .user(other),
        ]
        for root in roots {
            for part in [nil, "credit"] {
                let scope = Scope(root, part: part)
                #expect(Scope(text: scope.description) == scope)
            }
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let type: String
        let references: Set<String>
        let scope: String
        var testDescription: String { "\(type) with \(references.sorted())" }
        init(_ type: String, _ references: Set<String>, _ scope: String) {
            (self.type, self.references, self.scope) = (type, references, scope)
        }
    }

    /// R stands for the record itself, O for what it refers to, H for the writer's branch.
    static let cases: [Case] = [
        Case("product", [], "catalog"), Case("part", [], "catalog"), Case("branch", [], "org"),
        Case("user", ["branch"], "user/R"), Case("grant", ["user", "branch"], "user/O"),
        Case("grant", ["branch"], "org/O"), Case("grant", ["revokes"], "scope-of-O"),
        Case("account", [], "account/R"), Case("site", ["account"], "site/R"),
        Case("contact", ["account"], "account/O"), Case("contact", [], "branch/H"),
        Case("asset", ["site"], "site/O"), Case("asset", [], "branch/H"),
        Case("request", ["site", "asset", "account"], "site/O"), Case("request", ["asset", "account"], "scope-of-O"),
        Case("request", ["account"], "account/O"), Case("request", [], "branch/H"),
        Case("work_order", ["site", "request"], "site/O"), Case("work_order", ["request"], "scope-of-O"),
        Case("work_order", [], "branch/H"), Case("work_event", ["order"], "scope-of-O"),
        Case("asset_event", ["asset"], "scope-of-O"), Case("visit", ["order"], "scope-of-O"),
        Case("part_usage", ["visit"], "scope-of-O"), Case("note", ["subject"], "scope-of-O"),
        Case("attachment", ["subject"], "scope-of-O"),
    ]

    @Test("the scope of a new record follows from what it refers to", arguments: cases)
    func derived(_ example: Case) throws {
        let entity = try #require(Catalogue.entity(named: example.type))
        let scope = ScopeRule.scope(
            of: entity, id: record, home: home,
            reference: { example.references.contains($0) ? other : nil },
            scopeOf: { $0 == other ? "scope-of-O" : nil })
        let expected = example.scope.split(separator: "/", omittingEmptySubsequences: false)
            .map { ["R": "\(record)", "O": "\(other)", "H": "\(home)"][$0] ?? String($0) }.joined(separator: "/")
        #expect(scope == expected)
    }

    @Test("a record whose subject is not held here stays with the writer's branch")
    func unknownSubject() {
        let scope = ScopeRule.scope(
            of: Catalogue.workEvent, id: record, home: home, reference: { _ in other }, scopeOf: { _ in nil })
        #expect(scope == "branch/\(home)")
    }

    @Test("the fields that a move follows from are declared ones")
    func sources() {
        #expect(ScopeRule.sourceFields(of: Catalogue.workOrder).map(\.name) == ["site", "asset", "request"])
        #expect(ScopeRule.followedTypes(of: Catalogue.workOrder) == [EntityTag.asset, EntityTag.request])
        #expect(ScopeRule.sourceFields(of: Catalogue.account).isEmpty)
        #expect(ScopeRule.followedTypes(of: Catalogue.visit) == [EntityTag.workOrder])
    }
}
