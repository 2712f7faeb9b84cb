import FaultyDisk
import SyncStore

/// The disk of one machine, with what is to go wrong on it.
final class Disk {
    /// What can go wrong, in the words of `FaultyDisk`.
    enum Fault: CaseIterable {
        case stop, full, write, sync

        fileprivate var kind: fd_fault {
            switch self {
            case .stop: FD_STOP
            case .full: FD_FULL
            case .write: FD_WRITE_ERROR
            case .sync: FD_SYNC_ERROR
            }
        }
    }

    private let machine: OpaquePointer
    /// Whether something is to go wrong in the step under way.
    private(set) var isArmed = false
    /// An error that came of it, after which whoever uses the disk ends.
    var hasFailed = false

    /// - Parameter folder: none of its files is open.
    init(_ folder: String) {
        fd_install()
        machine = fd_machine_new(folder)
    }

    deinit { fd_machine_free(machine) }

    var isStopped: Bool { fd_is_stopped(machine) != 0 }

    /// - Parameter operations: so many go well yet.
    func arm(_ fault: Fault, after operations: Int) {
        isArmed = true
        fd_arm(machine, fault.kind, UInt64(operations))
    }

    func disarm() {
        isArmed = false
        fd_heal(machine)
    }

    /// Nothing reaches the files any more, not even what is closed now.
    func stop() { fd_stop(machine) }

    /// - Parameter powerSeed: its power failed: decides what is lost of what was not synced; nil: it was killed.
    func start(powerSeed: UInt64?) {
        hasFailed = false
        if let powerSeed { _ = fd_start_without_power(machine, powerSeed) } else { fd_start(machine) }
        disarm()
    }
}

extension StoreFailure {
    /// Whether a disk that fails may come to this.
    var isOfDisk: Bool {
        switch self {
        case .diskFull, .inputOutput: true
        default: false
        }
    }
}
