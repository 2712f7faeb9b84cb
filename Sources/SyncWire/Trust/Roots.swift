import SyncCore

/// HQ's root key, and those that it had before, as far as a replica knows them.
package struct Roots: Hashable, Sendable {
    /// The only one that certifies anything now.
    package let current: PublicKey
    /// Oldest first; each leads to the next one, the last to the current key.
    package let rotations: [RootRotation]

    package init(_ current: PublicKey) { (self.current, rotations) = (current, []) }

    private init(_ current: PublicKey, _ rotations: [RootRotation]) {
        (self.current, self.rotations) = (current, rotations)
    }

    /// With what somebody says of rotations, as far as it follows from a key that is known here or leads to one. Who says
    /// it does not matter: only who has a root key can sign one.
    /// - Throws: `WireError.untrusted` where two keys claim to follow one.
    package func taking(_ signed: [WireSignedRootRotation]) throws(WireError) -> Roots {
        var (known, current) = (rotations, current)
        var told: [RootRotation] = []
        for each in signed { told.append(try RootRotation(verifying: each)) }
        for rotation in told {
            guard (known + told).allSatisfy({ $0.old != rotation.old || $0.new == rotation.new }) else {
                throw .untrusted("two keys claim to follow one root key")
            }
        }
        while let next = told.first(where: { $0.old == current }) {
            guard next.new != current, !known.contains(where: { $0.old == next.new }) else { break }
            known.append(next)
            current = next.new
        }
        while let before = told.first(where: { $0.new == known.first?.old ?? current }) {
            guard before.old != current, !known.contains(where: { $0.old == before.old }) else { break }
            known.insert(before, at: 0)
        }
        return Roots(current, known)
    }

    /// The rotations that whoever trusts this key has to hear of; all, where it is none of HQ's.
    package func rotations(since key: PublicKey) -> [WireSignedRootRotation] {
        if key == current { return [] }
        let first = rotations.firstIndex { $0.old == key } ?? 0
        return rotations[first...].map(\.signed)
    }

    /// How a key was replaced that was HQ's root key; nil for the current one.
    /// - Throws: `WireError.untrusted` for a key that never was.
    func replacement(of key: PublicKey) throws(WireError) -> RootRotation? {
        if key == current { return nil }
        guard let rotation = rotations.first(where: { $0.old == key }) else {
            throw .untrusted("the chain does not end in this organisation's HQ")
        }
        return rotation
    }
}

/// As a store keeps them beside the current key: a `SessionResponse` with nothing but its rotations.
extension Roots {
    package var keptRotations: [UInt8] {
        var kept = WireSessionResponse()
        kept.rotations = rotations.map(\.signed)
        return kept.encoded
    }

    /// - Parameter kept: nil: there were none.
    package init(_ current: PublicKey, kept: [UInt8]?) throws(WireError) {
        let kept = try kept.map { bytes throws(WireError) in try WireSessionResponse(bounded: bytes) }
        self = try Roots(current).taking(kept?.rotations ?? [])
    }
}
