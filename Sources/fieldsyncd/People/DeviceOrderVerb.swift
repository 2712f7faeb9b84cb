import ArgumentParser
import FieldModel
import SyncCore
import SyncServer
import SyncStore
import SyncWire
import Verbs

struct OrderReason: ParsableArguments {
    @Option(help: "Why; kept with the order.")
    var reason: String?
}

/// A verb that gives an order about a device.
protocol DeviceOrderVerb: NodeVerb {
    static var kind: DeviceOrderKind { get }
    var named: NamedDevice { get }
    var why: OrderReason { get }
    /// Says what more the order says than its kind and reason.
    func complete(_ draft: inout DeviceOrderDraft, _ access: ReadAccess) throws
}

extension DeviceOrderVerb {
    func complete(_ draft: inout DeviceOrderDraft, _ access: ReadAccess) throws {}

    func report(_ node: OwnedNode) throws -> Report {
        try node.node.store.write { access in
            let device = try named.find(access)
            try device.demandSense(of: Self.kind)
            var draft = DeviceOrderDraft(device: device.id, kind: Self.kind)
            draft.reason = why.reason ?? ""
            try complete(&draft, access)
            let order = try DeviceOrders(node.identity).give(draft, access)
            let state = try access.standing(ofDevice: device.id).state.rawValue
            return Report(
                .object([
                    ("id", .string(device.id.description)), ("state", .string(state)),
                    ("order", .string(order.description)),
                ]), text: { _ in ["\(device.name)  \(state)"] })
        }
    }
}

extension DeviceView {
    /// What is for ever is not ordered away.
    fileprivate func demandSense(of kind: DeviceOrderKind) throws {
        guard kind == .resume || kind == .suspend || kind == .handover else { return }
        switch standing.state {
        case .active, .suspended, .leaving: return
        case .revoked, .compromised, .wiping, .wiped:
            throw VerbFailure(
                .constraint, Words("\(name) was revoked: that is for ever.", "\(name) 已吊销，不可恢复。"),
                hint: Words("Enrol the device anew with device invite.", "请用 device invite 重新注册该设备。"))
        case .handedOver:
            throw VerbFailure(
                .constraint, Words("\(name) was handed over: that is for ever.", "\(name) 已移交，不可撤回。"),
                hint: Words("device list shows whose it is now.", "可用 device list 查看现在归谁使用。"))
        }
    }
}
