import SyncCore

extension Catalogue {
    /// A device as everybody who serves it knows it; its id is the subject of its certificate. Scope: `org/<branch>`.
    /// Written by the node that certified it.
    package static let device = EntityDeclaration(
        EntityTag.device, "device", label: Words("Device", "设备"),
        fields: [
            FieldDeclaration(
                3, "user", .register, .reference(EntityTag.user), label: Words("User", "用户"), setOnce: true,
                required: true),
            FieldDeclaration(
                4, "branch", .register, .reference(EntityTag.branch), label: Words("Branch", "分公司"), setOnce: true),
            FieldDeclaration(5, "name", label: Words("Name", "名称")),
            FieldDeclaration(6, "code", label: Words("Code", "代码")),
            FieldDeclaration(7, "key", label: Words("Public key", "公钥"), setOnce: true),
        ])

    /// One thing that is ordered, or was done, about a device. Scope: `org`, so that every node holds it. What a device may
    /// do follows from all of them (`DeviceStanding`).
    package static let deviceOrder = EntityDeclaration(
        EntityTag.deviceOrder, "device_order", neverEdited: true, label: Words("Device order", "设备指令"),
        fields: [
            FieldDeclaration(
                3, "device", .register, .reference(EntityTag.device), label: Words("Device", "设备"), setOnce: true,
                required: true),
            FieldDeclaration(
                4, "kind", label: Words("Kind", "种类"), setOnce: true, required: true,
                choices: DeviceOrderKind.choices),
            FieldDeclaration(
                5, "occurred_at", .register, .instant, label: Words("Occurred at", "发生时间"), setOnce: true),
            FieldDeclaration(6, "reason", label: Words("Reason", "原因"), setOnce: true),
            FieldDeclaration(
                7, "after", .set, .reference(EntityTag.deviceOrder), label: Words("After", "在此之后")),
            FieldDeclaration(8, "since", .register, .instant, label: Words("Since", "自何时起"), setOnce: true),
            FieldDeclaration(
                9, "to", .register, .reference(EntityTag.user), label: Words("To", "移交给"), setOnce: true),
            FieldDeclaration(
                10, "keep_work", .register, .bool, label: Words("Send work first", "先发送工作"), setOnce: true),
            FieldDeclaration(
                11, "successor", .register, .reference(EntityTag.device), label: Words("Successor", "后继设备"),
                setOnce: true),
            FieldDeclaration(12, "proof", label: Words("Proof", "证明"), setOnce: true),
        ])
}
