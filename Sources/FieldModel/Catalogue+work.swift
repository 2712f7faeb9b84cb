import SyncCore

extension Catalogue {
    /// Scope: its site; where none is known, that of its asset or its request.
    package static let workOrder = EntityDeclaration(
        EntityTag.workOrder, "work_order", prefix: "WO", label: Words("Work order", "工单"),
        fields: [
            FieldDeclaration(3, "number", label: Words("Number", "编号"), setOnce: true),
            FieldDeclaration(
                4, "request", .register, .reference(EntityTag.request), label: Words("Request", "服务请求"),
                setOnce: true),
            FieldDeclaration(5, "type", label: Words("Type", "类型"), choices: Choices.orderType),
            FieldDeclaration(6, "site", .register, .reference(EntityTag.site), label: Words("Site", "现场")),
            FieldDeclaration(7, "asset", .register, .reference(EntityTag.asset), label: Words("Asset", "资产")),
            FieldDeclaration(8, "assignees", .set, .reference(EntityTag.user), label: Words("Assignees", "派工人员")),
            FieldDeclaration(9, "window_start", .register, .instant, label: Words("Window start", "预约开始")),
            FieldDeclaration(10, "window_end", .register, .instant, label: Words("Window end", "预约结束")),
            FieldDeclaration(11, "sub_state", label: Words("Sub-state", "子状态")),
            FieldDeclaration(12, "diagnosis", label: Words("Diagnosis", "故障诊断")),
            FieldDeclaration(13, "resolution", label: Words("Resolution", "处理措施")),
            FieldDeclaration(14, "fault_code", .review, label: Words("Fault code", "故障代码")),
            FieldDeclaration(15, "cause_code", .review, label: Words("Cause code", "原因代码")),
            FieldDeclaration(16, "action_code", .review, label: Words("Action code", "措施代码")),
            FieldDeclaration(17, "cost", .register, .money, label: Words("Cost", "费用")),
            FieldDeclaration(18, "notes", .log, label: Words("Notes", "备注")),
            FieldDeclaration(19, "status", label: Words("Status", "状态"), derived: true, choices: OrderStatus.choices),
        ])

    /// Scope: that of its order.
    package static let workEvent = EntityDeclaration(
        EntityTag.workEvent, "work_event", neverEdited: true, label: Words("Work event", "工单事件"),
        fields: [
            FieldDeclaration(
                3, "order", .register, .reference(EntityTag.workOrder), label: Words("Order", "工单"), setOnce: true,
                required: true),
            FieldDeclaration(
                4, "visit", .register, .reference(EntityTag.visit), label: Words("Visit", "上门"), setOnce: true),
            FieldDeclaration(
                5, "kind", label: Words("Kind", "事件"), setOnce: true, required: true, choices: WorkEventKind.choices),
            FieldDeclaration(6, "occurred_at", .register, .instant, label: Words("Occurred at", "发生时间"), setOnce: true),
            FieldDeclaration(7, "reason", label: Words("Reason", "原因"), setOnce: true),
            FieldDeclaration(8, "after", .set, .reference(EntityTag.workEvent), label: Words("After", "先前事件")),
            // Of a decision about work that came late: whether it is charged.
            FieldDeclaration(
                9, "decision", label: Words("Decision", "决定"), setOnce: true, choices: ChargeDecision.choices),
            // Of an assignment or reassignment: who is to do it from then on.
            FieldDeclaration(10, "assignees", .set, .reference(EntityTag.user), label: Words("Given to", "指派给")),
            // Of a closing: the parts that its author had seen, as `after` names the events.
            FieldDeclaration(
                11, "parts", .set, .reference(EntityTag.partUsage), label: Words("Parts counted", "已计用料")),
        ])

    /// Scope: that of its order.
    package static let visit = EntityDeclaration(
        EntityTag.visit, "visit", prefix: "VI", label: Words("Visit", "上门"),
        fields: [
            FieldDeclaration(3, "number", label: Words("Number", "编号"), setOnce: true),
            FieldDeclaration(
                4, "order", .register, .reference(EntityTag.workOrder), label: Words("Order", "工单"), setOnce: true),
            FieldDeclaration(
                5, "technician", .register, .reference(EntityTag.user), label: Words("Technician", "技术员"),
                setOnce: true),
            FieldDeclaration(6, "summary", label: Words("Summary", "小结")),
            FieldDeclaration(7, "notes", .log, label: Words("Notes", "备注")),
            FieldDeclaration(8, "status", label: Words("Status", "状态"), derived: true, choices: VisitStatus.choices),
        ])

    /// Scope: that of its visit.
    package static let partUsage = EntityDeclaration(
        EntityTag.partUsage, "part_usage", neverEdited: true, label: Words("Part used", "用料"),
        fields: [
            FieldDeclaration(
                3, "visit", .register, .reference(EntityTag.visit), label: Words("Visit", "上门"), setOnce: true),
            FieldDeclaration(
                4, "part", .register, .reference(EntityTag.part), label: Words("Part", "备件"), setOnce: true),
            FieldDeclaration(5, "quantity", .register, .decimal, label: Words("Quantity", "数量"), setOnce: true),
            FieldDeclaration(6, "amount", .register, .money, label: Words("Amount", "金额"), setOnce: true),
            FieldDeclaration(
                7, "corrects", .register, .reference(EntityTag.partUsage), label: Words("Corrects", "更正"),
                setOnce: true),
        ])
}
