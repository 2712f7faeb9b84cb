import FieldModel
import SyncCore
import Testing

@Suite("Rules of holdings")
struct ModelHoldingTests {
    static let day: Int64 = 86_400_000
    let now: Int64 = 1_780_000_000_000
    let perth = RecordID(high: 1, low: 1)
    let cairns = RecordID(high: 1, low: 2)
    let wei = RecordID(high: 2, low: 1)
    let site = RecordID(high: 3, low: 1)
    let account = RecordID(high: 4, low: 1)

    private func member(_ roles: Role..., home: Home? = nil, active: Bool = true) -> Member {
        Member(wei, home: home ?? .branch(perth), roles: RoleSet(roles), isActive: active)
    }

    /// Who holds what, in words.
    private func words(_ claims: [HoldingClaim]) -> Set<String> {
        let names = [perth: "perth", cairns: "cairns", wei: "wei", site: "S", account: "A"]
        return Set(
            claims.map { claim in
                let scope = names.reduce(claim.scope) { scope, name in
                    scope.split(separator: "/").map { $0 == "\(name.key)" ? name.value : String($0) }
                        .joined(separator: "/")
                }
                return "\(names[claim.holder] ?? "?") \(scope) \(claim.reason.rawValue)"
            })
    }

    @Test("a branch holds what is named after it; headquarters needs none")
    func branches() {
        #expect(
            words(HoldingRule.branch(perth, home: .branch(perth))) == ["perth org/perth own", "perth branch/perth own"])
        #expect(HoldingRule.branch(perth, home: .headquarters).isEmpty)
    }

    @Test("what a person holds follows from his roles")
    func people() {
        let own: Set = ["wei user/wei own", "wei van/wei own"]
        let branch: Set = ["perth user/wei member", "perth van/wei van"]
        func held(_ member: Member) -> Set<String> { words(HoldingRule.user(member)) }
        #expect(held(member(.technician)) == own.union(branch))
        #expect(held(member(.serviceRep)) == own.union(branch).union(["wei branch/perth role"]))
        #expect(held(member(.admin)) == own.union(branch).union(["wei org/perth role"]))
        #expect(held(member(.dispatcher)).isSuperset(of: ["wei branch/perth role", "wei org/perth role"]))
        #expect(held(member(.dispatcher, active: false)) == branch)
        #expect(held(member(.technician, .surveyor, home: .headquarters)) == own)
        #expect(held(member(.dispatcher, home: .headquarters)) == own.union(["wei * role"]))
        #expect(
            held(member(.technician, .supervision, home: .headquarters))
                == own.union(["wei * role", "wei *#complaint role", "wei *#hr role"]))
        #expect(held(member(.auditor, home: .headquarters, active: false)).isEmpty)
        #expect(held(member(.auditor, home: .unknown)) == own)
    }

    @Test("every reason has people of the branch who share in it, or none")
    func audiences() {
        let shared = HoldingReason.allCases.filter { $0.audience != nil }
        #expect(Set(Audience.allCases.flatMap(\.reasons)) == Set(shared))
        #expect(member(.partsKeeper).isIn(.office, of: perth) && !member(.partsKeeper).isIn(.office, of: cairns))
        #expect(!member(.partsKeeper).isIn(.management, of: perth) && member(.admin).isIn(.management, of: perth))
        #expect(!member(.technician).isIn(.office, of: perth) && !member(.admin).isIn(.office, of: perth))
        #expect(!member(.supervisor, active: false).isIn(.management, of: perth))
    }

    @Test("a site is its branch's, or its maker's; of headquarters it is nobody's")
    func sites() {
        func held(_ branch: Home?, _ maker: Home) -> Set<String> {
            words(HoldingRule.site(site, branch: branch, maker: maker, account: account))
        }
        let both: Set = ["perth site/S serves", "perth account/A serves"]
        #expect(held(.branch(perth), .branch(cairns)) == both && held(nil, .branch(perth)) == both)
        #expect(held(.headquarters, .branch(perth)).isEmpty && held(nil, .headquarters).isEmpty)
        #expect(held(nil, .unknown).isEmpty)
        #expect(words(HoldingRule.site(site, branch: .branch(perth), maker: .unknown, account: nil)).count == 1)
    }

    @Test("an account is its maker's, its steward's and its team's, and their branches'")
    func accounts() {
        func held(_ maker: Home, _ steward: Member?, _ team: [Member]) -> Set<String> {
            words(HoldingRule.account(account, maker: maker, steward: steward, team: team))
        }
        #expect(held(.branch(cairns), nil, []) == ["cairns account/A made"])
        #expect(held(.headquarters, member(), []) == ["wei account/A steward", "perth account/A steward"])
        #expect(held(.unknown, nil, [member(home: .unknown)]) == ["wei account/A team"])
        #expect(held(.unknown, member(active: false), [member(active: false)]).isEmpty)
    }

    private func order(
        scope: Scope?, window: Int64? = nil, over: Int64? = nil, assignee: Member? = nil
    ) -> HoldingClaims {
        HoldingRule.order(
            OrderForHolding(
                scope: scope, account: account, assignees: [assignee ?? member(.technician)], technicians: [],
                windowStart: window, overSince: over), now: now)
    }

    @Test("an order is held from 14 days before its window to 30 days after its end, to the millisecond")
    func windows() {
        let scope = Scope(.site(site))
        let all = order(scope: scope)
        #expect(
            words(all.claims) == [
                "wei site/S assigned", "wei account/A assigned", "perth site/S assigned", "perth account/A assigned",
            ])
        #expect(all.due == nil)
        let start = now + 14 * Self.day
        #expect(order(scope: scope, window: start) == all)
        #expect(order(scope: scope, window: start + 1) == HoldingClaims([], due: now + 1))
        let end = now - 30 * Self.day
        #expect(order(scope: scope, over: end) == HoldingClaims())
        #expect(order(scope: scope, over: end + 1) == HoldingClaims(all.claims, due: now + 1))
        // What is over early is recent, though its window is far ahead.
        #expect(
            order(scope: scope, window: start + 1, over: now) == HoldingClaims(all.claims, due: now + 30 * Self.day))
        #expect(order(scope: scope, window: .max, over: .max).claims.count == 4)
    }

    @Test("an order opens a site, an account or a branch, and never a restricted part or anything else")
    func orderScopes() {
        #expect(words(order(scope: Scope(.account(account))).claims).contains("wei account/A assigned"))
        #expect(order(scope: Scope(.branch(cairns))).claims.count == 2)
        for scope in [
            nil, Scope(.site(site), part: "complaint"), Scope(.user(cairns)), Scope(.org), Scope(.orgBranch(cairns)),
        ] {
            #expect(order(scope: scope).claims.isEmpty)
        }
        #expect(order(scope: Scope(.site(site)), assignee: member(.technician, active: false)).claims.isEmpty)
    }

    @Test("a grant runs from its beginning to its end, unless it is revoked")
    func grants() {
        func held(
            _ opens: String = "site/00000000-0000-0003-0000-000000000001", from: Int64? = nil, until: Int64? = nil,
            revoked: Bool = false, branch: Home? = nil
        ) -> HoldingClaims {
            HoldingRule.grant(
                GrantForHolding(
                    user: branch == nil ? member(.technician) : nil, branch: branch, opens: opens, from: from,
                    until: until, isRevoked: revoked), now: now)
        }
        #expect(words(held().claims) == ["wei site/S grant", "perth site/S grant"])
        #expect(held(from: now, until: now + 1) == HoldingClaims(held().claims, due: now + 1))
        #expect(held(from: now + 1, until: now + 2) == HoldingClaims([], due: now + 1))
        #expect(held(until: now) == HoldingClaims() && held(revoked: true) == HoldingClaims())
        #expect(words(held(branch: .branch(cairns)).claims) == ["cairns site/S grant"])
        #expect(held(branch: .headquarters).claims.isEmpty)
        for roles in [[Role.technician], [.technician, .auditor]] {
            let person = Member(wei, home: .branch(perth), roles: RoleSet(roles))
            let grant = GrantForHolding(
                user: person, branch: nil, opens: "account/\(account)#credit", from: nil, until: nil, isRevoked: false)
            // To the person and his branch, which serves it to him.
            #expect(HoldingRule.grant(grant, now: now).claims.count == (roles.contains(.auditor) ? 2 : 0))
        }
        for opens in ["*", "org", "catalog", "catalog#credit", "site/1", ""] { #expect(held(opens).claims.isEmpty) }
    }

    @Test("a restricted part is for some roles; a branch has it where it is no guest")
    func parts() {
        func follows(_ part: String, _ reason: HoldingReason, _ roles: Role...) -> Bool {
            RestrictedPart.follows(part, reason, roles: RoleSet(roles))
        }
        for part in RestrictedPart.allCases {
            #expect(!RestrictedPart.isOpen(part.rawValue, to: RoleSet([.technician, .surveyor, .serviceRep])))
            #expect(RestrictedPart.follows(part.rawValue, .serves, roles: nil))
            #expect(!RestrictedPart.follows(part.rawValue, .assigned, roles: nil))
        }
        #expect(follows("credit", .serves, .accountRep) && !follows("credit", .assigned, .accountRep))
        #expect(!follows("planet", .serves, .accountHQ) && RestrictedPart.follows("planet", .made, roles: nil))
    }

    @Test("whoever gives something away must hold it")
    func demands() {
        func demands(
            _ entity: EntityDeclaration, _ values: [String: Value?], creating: Bool = true
        ) -> [HoldingDemand] {
            HoldingRule.demands(of: ModelWrites.write(entity, values, creating: creating))
        }
        #expect(demands(Catalogue.site, ["account": .reference(account)]) == [.scope("account/\(account)")])
        #expect(demands(Catalogue.site, ["name": .text("Pit")]) == [])
        #expect(demands(Catalogue.user, ["branch": .reference(perth)]) == [.scope("org/\(perth)")])
        #expect(demands(Catalogue.user, ["login": .text("wei")]) == [.everything])
        #expect(demands(Catalogue.user, ["branch": .none], creating: false) == [.everything])
        #expect(demands(Catalogue.user, ["roles": .text("technician")], creating: false) == [])
        #expect(
            demands(Catalogue.grant, ["user": .reference(wei), "opens": .text("site/x")])
                == [.scope("user/\(wei)"), .scope("site/x")])
        #expect(demands(Catalogue.grant, ["branch": .reference(perth)]) == [.scope("org/\(perth)")])
        #expect(demands(Catalogue.grant, ["revokes": .reference(site)]) == [.scopeOf(site)])
        #expect(demands(Catalogue.note, ["subject": .reference(site)]) == [.subject(site)])
        #expect(
            demands(Catalogue.workEvent, ["order": .reference(site), "visit": .reference(wei)]) == [.subject(site)])
        #expect(demands(Catalogue.product, ["code": .text("P1")]) == [])
        #expect(demands(Catalogue.branch, ["lease_days": .integer(1)], creating: false) == [.everything])
    }
}
