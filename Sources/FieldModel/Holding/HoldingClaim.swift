package import SyncCore

/// That somebody holds a scope follows from a record.
package struct HoldingClaim: Hashable, Sendable {
    /// Stands for every scope.
    package static let every = "*"

    /// Stands for one restricted part of every scope. Who holds everything else holds of these what his roles open.
    package static func every(_ part: RestrictedPart) -> String { "\(every)#\(part.rawValue)" }

    /// A person or a branch.
    package let holder: RecordID
    /// A scope's name, or `every`.
    package let scope: String
    package let reason: HoldingReason

    package init(_ holder: RecordID, _ scope: String, _ reason: HoldingReason) {
        self.holder = holder
        self.scope = scope
        self.reason = reason
    }

    init(_ holder: RecordID, _ root: Scope.Root, _ reason: HoldingReason) {
        self.init(holder, Scope(root).description, reason)
    }
}

/// What follows from a record now, and until when.
package struct HoldingClaims: Hashable, Sendable {
    package var claims: [HoldingClaim]
    /// When time alone changes it, in milliseconds since 1970; nil: never.
    package var due: Int64?

    package init(_ claims: [HoldingClaim] = [], due: Int64? = nil) {
        self.claims = claims
        self.due = due
    }
}
