/// A grant as far as it decides what its holder holds.
package struct GrantForHolding: Sendable {
    package let user: Member?
    /// Where the branch that it names belongs: itself, or headquarters, which needs none.
    package let branch: Home?
    package let opens: String
    /// Milliseconds since 1970; nil: at once, for ever.
    package let (from, until): (Int64?, Int64?)
    package let isRevoked: Bool

    package init(user: Member?, branch: Home?, opens: String, from: Int64?, until: Int64?, isRevoked: Bool) {
        self.user = user
        self.branch = branch
        self.opens = opens
        (self.from, self.until) = (from, until)
        self.isRevoked = isRevoked
    }
}

extension HoldingRule {
    package static func grant(_ grant: GrantForHolding, now: Int64) -> HoldingClaims {
        guard !grant.isRevoked, mayBeGranted(grant.opens), let scope = Scope(text: grant.opens) else {
            return HoldingClaims()
        }
        if let until = grant.until, now >= until { return HoldingClaims() }
        if let from = grant.from, now < from { return HoldingClaims(due: from) }
        let holders = (grant.branch?.branch).map { [$0] } ?? []
        let claims = holders.map { HoldingClaim($0, scope.description, .grant) }
        return HoldingClaims(claims + (grant.user.map { Self.granted($0, scope) } ?? []), due: grant.until)
    }

    /// Whether a grant may open this: one scope that not everybody has anyway.
    package static func mayBeGranted(_ text: String) -> Bool {
        guard let scope = Scope(text: text) else { return false }
        return scope.root != .catalog && scope.root != .org
    }

    /// Of what is restricted nobody gets by a grant what his roles do not open.
    private static func granted(_ member: Member, _ scope: Scope) -> [HoldingClaim] {
        let isOpen = scope.part.map { RestrictedPart.isOpen($0, to: member.roles) } ?? true
        guard member.isActive, isOpen else { return [] }
        return ([member.id] + (member.home.branch.map { [$0] } ?? [])).map {
            HoldingClaim($0, scope.description, .grant)
        }
    }
}
