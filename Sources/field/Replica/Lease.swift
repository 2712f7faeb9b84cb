import FieldModel
import Foundation
import SyncClient
import SyncStore
import SyncWire
import Verbs

extension MachineTime {
    /// Of this machine: Linux counts on while it sleeps.
    static var now: MachineTime {
        let boot = (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)) ?? ""
        var up = timespec()
        clock_gettime(CLOCK_BOOTTIME, &up)
        return MachineTime(
            boot: boot.trimmingCharacters(in: .whitespacesAndNewlines),
            upMilliseconds: Int64(up.tv_sec) * 1_000 + Int64(up.tv_nsec) / 1_000_000)
    }
}

extension ContactLease {
    /// What the person should know of it; nil: nothing yet.
    var words: Words? {
        let ends = Moments.text(endsAt)
        if isOver {
            return Words(
                "This device was not in touch for \(days) days and shows nothing. New work is still saved. Sync unlocks it.",
                "本机已 \(days) 天未联系节点，暂不显示内容；新的工作仍会保存。同步后即可解锁。")
        }
        guard isNearEnd else { return nil }
        return Words(
            "This device locks in \(daysLeft) days (\(ends)) unless it is in touch before: sync, or import a bundle.",
            "本机将在 \(daysLeft) 天后（\(ends)）锁定，请在此之前同步或导入数据包。")
    }
}

extension Replica {
    /// Notes how late it is, and refuses to show anything after the lease.
    func demandLease(_ purpose: ReplicaPurpose) throws {
        let machine = MachineTime.now
        if try store.read({ try $0.isTimeToNote(machine) }) { try store.write { try $0.noteTime(machine) } }
        guard purpose == .reading, let lease = try lease(), lease.isOver else { return }
        throw VerbFailure(.leaseExpired)
    }

    func lease() throws -> ContactLease? { try store.read { try $0.contactLease(.now) } }

    func noteContact(_ session: Session) throws {
        guard session.order == nil else { return }
        try store.write { access in
            try access.noteContact(
                at: session.nodeTime, days: session.leaseDays == 0 ? nil : session.leaseDays, isNow: true, .now)
        }
    }
}
