import Foundation
import Synchronization

/// HQ and a branch that many tests use at the same time, each with its own people and records.
enum SharedTiers {
    /// What it costs to begin is paid once.
    static let tiers = Result { try Tiers() }
    private static let branch = Result { try tiers.get().branch("perth") }
    private static let count = Mutex(0)

    static var perth: ServedNode { get throws { try branch.get() } }

    /// A word that no other test uses.
    static func name(_ prefix: String) -> String {
        count.withLock {
            $0 += 1
            return "\(prefix)\($0)"
        }
    }

    static func machine() throws -> String { try tiers.get().machine(at: perth, serial: name("EX-")) }

    static func device(role: String? = nil) throws -> FieldDevice {
        try tiers.get().device(name("li"), at: perth, role: role)
    }

    /// A code for a new person's device, and an empty device to use it on.
    static func invited() throws -> (code: String, device: FieldDevice) {
        let login = name("wang")
        try perth.done(
            "user", "add", "--name", login, "--display", login, "--role", "technician", "--role", "parts_keeper")
        let code = try perth.done("device", "invite", "--user", login)["code"].text ?? ""
        return (code, try FieldDevice(login, in: try tiers.get().folder))
    }
}
