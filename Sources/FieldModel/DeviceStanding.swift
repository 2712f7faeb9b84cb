package import SyncCore

/// What a device may do, folded from all orders about it. Their order of arrival does not matter, and no clock
/// is asked: an order takes back only what its author knew of.
package struct DeviceStanding: Hashable, Sendable {
    package enum State: String, Sendable, CaseIterable {
        case active
        /// Refused until it is resumed.
        case suspended
        /// To be another person's: it sends what it has and takes nothing.
        case leaving
        /// Refused for ever.
        case revoked
        /// Its key is known to somebody else: it may send, and what it made later is held.
        case compromised
        /// To erase itself at its next contact.
        case wiping
        /// It erased itself.
        case wiped
        /// It is another person's, under another key.
        case handedOver = "handed_over"
    }

    /// In the order of their ids.
    package let orders: [DeviceOrder]

    package init(_ orders: [DeviceOrder]) { self.orders = orders.sorted { $0.id < $1.id } }

    package var state: State {
        if has(.handedOver) { return .handedOver }
        if has(.wiped) { return .wiped }
        if wipe != nil { return .wiping }
        if compromisedSince != nil { return .compromised }
        if has(.revoke) { return .revoked }
        if !standing(.suspend).isEmpty { return .suspended }
        return handover == nil ? .active : .leaving
    }

    /// The wipe to obey; of several the one that asks for most.
    package var wipe: DeviceOrder? {
        let all = orders.filter { $0.kind == .wipe }
        return all.first { !$0.keepsWork } ?? all.first
    }

    /// The handover to obey: the last one, of two that did not know of each other the later id.
    package var handover: DeviceOrder? { standing(.handover).last }

    /// Milliseconds since 1970; nil: nobody else has the key.
    package var compromisedSince: Int64? { orders.filter { $0.kind == .compromise }.map { $0.since ?? $0.at }.min() }

    package var successor: RecordID? { orders.first { $0.kind == .handedOver }?.successor }

    /// When it said that it erased itself.
    package var wipedAt: Int64? { orders.first { $0.kind == .wiped }?.at }

    /// Why the office ordered what stands, where it said so.
    package var reason: String { orders.last { !$0.kind.isReport && !$0.reason.isEmpty }?.reason ?? "" }

    private func has(_ kind: DeviceOrderKind) -> Bool { orders.contains { $0.kind == kind } }

    /// Those that no resumption takes back, nor, of handovers, a later one replaces.
    private func standing(_ kind: DeviceOrderKind) -> [DeviceOrder] {
        let gone = orders.filter { $0.kind == .resume || $0.kind == .handover && kind == .handover }
            .reduce(into: Set<RecordID>()) { $0.formUnion($1.after) }
        return orders.filter { $0.kind == kind && !gone.contains($0.id) }
    }
}
