import ArgumentParser
import FieldModel
import SyncCore
import SyncStore
import SyncWire
import Verbs

/// Which device is meant.
struct NamedDevice: ParsableArguments {
    private static let suffixDigitsMin = 6

    @Argument(help: "The device: its id, or 6 or more last digits of it.")
    var id: String

    /// Any that this node knows.
    func find(_ access: ReadAccess) throws -> DeviceView { try Self.find(id, access) }

    static func find(_ id: String, _ access: ReadAccess) throws -> DeviceView {
        let ref = id.lowercased()
        let found = try access.deviceRecords().map(\.id).filter { device in
            device.description == ref
                || ref.utf8.count >= suffixDigitsMin && device.description.hasSuffix(ref)
        }
        if found.count == 1, let device = try access.deviceView(found[0]) { return device }
        throw VerbFailure(
            found.isEmpty ? .notFound : .ambiguous,
            Words("\"\(id)\" names \(found.count) devices.", "“\(id)”对应 \(found.count) 台设备。"),
            hint: Words("device list prints their ids.", "可用 device list 查看标识。"),
            details: .object([("candidates", .array(found.map { .string($0.description) }))]))
    }
}
