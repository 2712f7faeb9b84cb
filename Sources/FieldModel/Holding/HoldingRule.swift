package import SyncCore

/// Who holds what (domain.md, Scopes): what one record contributes, from what is known of the records that it names. The
/// people of an audience hold besides what their branch does; that is for the caller to add.
package enum HoldingRule {
    /// - Parameter home: `headquarters` for the record of headquarters itself, which needs no holdings.
    package static func branch(_ id: RecordID, home: Home) -> [HoldingClaim] {
        guard home == .branch(id) else { return [] }
        return [HoldingClaim(id, .orgBranch(id), .own), HoldingClaim(id, .branch(id), .own)]
    }

    /// A branch goes on holding what is left of people who are switched off.
    package static func user(_ member: Member) -> [HoldingClaim] {
        let (person, van) = (Scope.Root.user(member.id), Scope.Root.van(member.id))
        var claims: [HoldingClaim] = []
        if let branch = member.home.branch {
            claims += [HoldingClaim(branch, person, .member), HoldingClaim(branch, van, .van)]
            if member.isIn(.office, of: branch) { claims.append(HoldingClaim(member.id, .branch(branch), .role)) }
            if member.isIn(.management, of: branch) {
                claims.append(HoldingClaim(member.id, .orgBranch(branch), .role))
            }
        }
        guard member.isActive else { return claims }
        if member.holdsEverything {
            let parts = RestrictedPart.allCases.filter { RestrictedPart.isOpen($0.rawValue, to: member.roles) }
            claims += ([HoldingClaim.every] + parts.map(HoldingClaim.every)).map { HoldingClaim(member.id, $0, .role) }
        }
        return claims + [HoldingClaim(member.id, person, .own), HoldingClaim(member.id, van, .own)]
    }

    /// - Parameters:
    ///   - branch: the serving one, as the record names it; nil: it names none, and whoever made the site serves it.
    ///   - maker: where whoever made it belongs.
    package static func site(_ id: RecordID, branch: Home?, maker: Home, account: RecordID?) -> [HoldingClaim] {
        guard let server = (branch ?? maker).branch else { return [] }
        let site = HoldingClaim(server, .site(id), .serves)
        return [site] + (account.map { [HoldingClaim(server, .account($0), .serves)] } ?? [])
    }

    /// - Parameter maker: where whoever made it belongs.
    package static func account(_ id: RecordID, maker: Home, steward: Member?, team: [Member]) -> [HoldingClaim] {
        let made = maker.branch.map { [HoldingClaim($0, .account(id), .made)] } ?? []
        return made + (steward.map { people([$0], [.account(id)], .steward) } ?? [])
            + people(team, [.account(id)], .team)
    }

    /// What a person holds for his work his branch holds too: it serves it to him.
    static func people(_ members: [Member], _ roots: [Scope.Root], _ reason: HoldingReason) -> [HoldingClaim] {
        members.filter(\.isActive).flatMap { member in
            ([member.id] + (member.home.branch.map { [$0] } ?? [])).flatMap { holder in
                roots.map { HoldingClaim(holder, $0, reason) }
            }
        }
    }
}
