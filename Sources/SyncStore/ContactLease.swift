import FieldModel
package import SyncCore
import SyncWire

/// How long a device may show what it holds without having been in touch with a node.
package struct ContactLease: Hashable, Sendable {
    /// Days before the end from which on the person is warned.
    package static let warningDays: Int64 = 14
    private static let dayMilliseconds: Int64 = 86_400_000

    /// The last contact, and now: milliseconds since 1970 by the nodes' clock.
    package let contactAt: Int64
    package let now: Int64
    package let days: Int64

    package init(contactAt: Int64, now: Int64, days: Int64) {
        self.contactAt = contactAt
        self.now = now
        self.days = days
    }

    package var endsAt: Int64 { contactAt + days * Self.dayMilliseconds }
    package var isOver: Bool { now >= endsAt }
    /// Whole days that are left, the last one counted as 0.
    package var daysLeft: Int64 { max(0, (endsAt - now) / Self.dayMilliseconds) }
    package var isNearEnd: Bool { !isOver && now >= endsAt - Self.warningDays * Self.dayMilliseconds }
}

/// What this machine can say of the time: its clock may be set, how long it has been up may not.
package struct MachineTime: Hashable, Sendable {
    /// Names the time since the machine was started; empty where the system does not tell.
    package let boot: String
    /// Milliseconds since then.
    package let upMilliseconds: Int64

    package init(boot: String, upMilliseconds: Int64) {
        self.boot = boot
        self.upMilliseconds = upMilliseconds
    }
}

extension ReadAccess {
    /// Nil before the device was in touch for the first time.
    package func contactLease(_ machine: MachineTime) throws -> ContactLease? {
        guard let contact = try metaInteger(LeaseKey.contact) else { return nil }
        return ContactLease(
            contactAt: contact, now: try latestTime(machine),
            days: try metaInteger(LeaseKey.days) ?? ModelLimits.leaseDaysUsual)
    }

    /// The later of what the clock says and what has passed for certain: a clock that is set back wins nothing.
    private func latestTime(_ machine: MachineTime) throws -> Int64 {
        try max(clockTime(), timeGone(machine)?.milliseconds ?? .min)
    }

    /// What was measured of a clock holds until somebody sets it: the earlier of both, for a clock that is set right must
    /// lock nothing.
    private func clockTime() throws -> Int64 {
        let wall = environment.wallMilliseconds()
        return min(wall, wall - (try clockOffset()))
    }

    /// What was noted last, and since then the time that the machine was up.
    private func timeGone(_ machine: MachineTime) throws -> (milliseconds: Int64, isExact: Bool)? {
        guard let seen = try metaInteger(LeaseKey.seen) else { return nil }
        guard try !machine.boot.isEmpty && metaText(LeaseKey.boot) == machine.boot else { return (seen, false) }
        return (seen + max(0, machine.upMilliseconds - (try metaInteger(LeaseKey.up) ?? 0)), true)
    }

    /// While the machine is up its clock is not asked, so that one that was ahead for a while leaves nothing behind.
    fileprivate func timeToNote(_ machine: MachineTime) throws -> Int64 {
        if let gone = try timeGone(machine), gone.isExact { return gone.milliseconds }
        return try latestTime(machine)
    }

    /// Whether so much time went by since it was noted last that it should be noted again.
    package func isTimeToNote(_ machine: MachineTime) throws -> Bool {
        guard let seen = try metaInteger(LeaseKey.seen) else { return true }
        return try timeToNote(machine) - seen >= LeaseKey.noteMilliseconds || metaText(LeaseKey.boot) != machine.boot
    }
}

extension ReadAccess {
    /// Whether the device was told to erase itself and has not come to that yet.
    package func isToWipe() throws -> Bool { try metaText(LeaseKey.order) != nil }
}

extension WriteAccess {
    /// The device was told to erase itself: nothing is shown any more.
    package func noteOrder(_ order: RecordID) throws { try setMeta(LeaseKey.order, text: order.description) }

    /// The device was in touch with a node, or had word of one by a bundle.
    /// - Parameters:
    ///   - at: milliseconds since 1970 by the node's clock; an earlier contact than the last, and what is no time, changes
    ///     nothing.
    ///   - days: nil: as before.
    ///   - isNow: a node answered just now, so that its time is the time, whatever was seen before.
    package func noteContact(at milliseconds: Int64, days: Int64?, isNow: Bool, _ machine: MachineTime) throws {
        guard Limits.isTime(milliseconds) else { return }
        if let days, ModelLimits.leaseDays.contains(days) { try setMeta(LeaseKey.days, integer: days) }
        if isNow {
            try setMeta(LeaseKey.contact, integer: milliseconds)
            try noteTime(milliseconds, machine)
        } else if try metaInteger(LeaseKey.contact) ?? .min < milliseconds {
            try setMeta(LeaseKey.contact, integer: milliseconds)
        }
    }

    /// Notes how late it is, so that a clock that is set back later does not make it earlier.
    package func noteTime(_ machine: MachineTime) throws {
        if try metaInteger(LeaseKey.contact) == nil {
            try setMeta(LeaseKey.contact, integer: environment.wallMilliseconds() - clockOffset())
        }
        try noteTime(timeToNote(machine), machine)
    }

    private func noteTime(_ milliseconds: Int64, _ machine: MachineTime) throws {
        try setMeta(LeaseKey.seen, integer: milliseconds)
        try setMeta(LeaseKey.boot, text: machine.boot)
        try setMeta(LeaseKey.up, integer: machine.upMilliseconds)
    }
}

private enum LeaseKey {
    static let contact = "lease_contact"
    static let days = "lease_days"
    static let seen = "lease_seen"
    static let boot = "lease_boot"
    static let up = "lease_up"
    static let order = "wipe_order"
    static let noteMilliseconds: Int64 = 10 * 60_000
}
