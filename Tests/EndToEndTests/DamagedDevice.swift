import Foundation
import Testing

/// A device whose files are damaged, copied or put back; what it wrote is looked for at HQ.
struct DamagedDevice {
    let tiers: Tiers
    let machine: String
    let device: FieldDevice
    private(set) var notes: [String] = []

    init(_ tiers: Tiers, _ login: String = "li") throws {
        self.tiers = tiers
        machine = try tiers.machine(at: tiers.hq, serial: "EX-\(login)")
        device = try tiers.device(login, at: tiers.hq)
    }

    /// A note at the machine.
    mutating func write(_ text: String, on device: FieldDevice? = nil) throws {
        try (device ?? self.device).done("set", machine, "notes+=\(text)")
        notes.append(text)
    }

    func file(_ suffix: String = "") -> URL { device.folder.appending(path: "replica.db" + suffix) }

    func change(_ suffix: String = "", _ body: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: file(suffix))
        body(&data)
        try data.write(to: file(suffix))
    }

    /// All that was ever written is at HQ, once, and the device shows it.
    func expectAllAtHQ(_ what: String) throws {
        try device.sync()
        for shown in [try tiers.hq.done("get", machine), try device.done("get", machine)] {
            #expect(shown["fields"]["notes"].texts.sorted() == notes.sorted(), "\(what)")
        }
    }
}
